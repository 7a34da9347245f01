/** What a user does with an account, through a bundler that knows nothing of us. Each flow throws where it goes wrong. */
import assert from "node:assert/strict";
import { createSmartAccountClient } from "permissionless";
import { type Abi, type Address, encodeFunctionData, http, parseEther } from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { vaultAbi } from "../../../src/abi/vault.ts";
import {
  ecdsaSigner,
  explainRefusal,
  type SessionTerms,
  session,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
} from "../../../src/accounts/index.ts";
import type { EntryPointVersion } from "../../../test/entryPoints.ts";
import type { AltoChain } from "./chain.ts";
import { listRecoveryFlows } from "./recoveryFlows.ts";
import type { Flow } from "./runFlows.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const key = ecdsaSigner(privateKeyToAccount(`0x${"b2".repeat(32)}`));
type Terms = SessionTerms<Record<string, { address: Address; abi: Abi }>>;
const shop: Address = `0x${"5b".repeat(20)}`;

/** On one entry point, then on the other. */
export const listFlowsOfBoth = (chain: AltoChain, bundler: string): Flow[] =>
  (["0.9", "0.7"] as const).flatMap((version) =>
    listFlows(chain, bundler, version).map(([name, run]): Flow => [`v${version} ${name}`, run]),
  );

/** In order: each goes on where the one before ended. */
function listFlows(chain: AltoChain, bundler: string, entryPoint: EntryPointVersion) {
  const { client, token } = chain;
  const origin = { factory: chain.factories[entryPoint], owner: owner.signer };
  const connect = <account extends SmartAccount>(account: account) =>
    createSmartAccountClient({
      account,
      chain: anvil,
      client,
      bundlerTransport: http(bundler),
      pollingInterval: 100,
    });
  const open = () => toPortcullisAccount({ client, entryPoint, owner, origin });
  const transfer = (amount: bigint, to = shop) => ({
    to: token.address,
    data: encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [to, amount] }),
  });
  const balance = (holder: Address) =>
    client.readContract({ ...token, functionName: "balanceOf", args: [holder] }) as Promise<bigint>;
  const spend = async (sender: Sender, amount: bigint) => {
    const before = await balance(shop);
    const hash = await sender.sendUserOperation({ calls: [transfer(amount)] });
    const { success } = await sender.waitForUserOperationReceipt({ hash, timeout: 30_000 });
    assert.equal(success, true);
    assert.equal((await balance(shop)) - before, amount);
  };
  const mayTransfer = {
    contracts: { token },
    may: { token: { transfer: { to: shop } } } as object,
    tokens: { token: { perCall: 10n, total: 15n } },
  };
  const openSession = async (scope: Pick<Terms, "contracts" | "may" | "value" | "tokens"> = mayTransfer) => {
    const { address } = await open();
    const terms = session({
      ...scope,
      key,
      until: "2100-01-01",
      maxFeePerGas: "100 gwei",
      gasPerOperation: 3_000_000,
    });
    const place = { chainId: anvil.id, validator: chain.sessions, account: address };
    const grant = await signGrant({ client, ...place, owner, session: terms });
    const now = () => Math.floor(Date.now() / 1000);
    return connect(await toSessionAccount({ client, entryPoint, grant, key, now }));
  };

  const flows: Flow[] = [
    [
      "creates an account with its first operation, which makes a call",
      async () => {
        const account = await open();
        const { confirm, sender } = chain;
        await confirm(
          await client.sendTransaction({ account: sender, to: account.address, value: parseEther("1") }),
        );
        await confirm(await client.sendTransaction({ account: sender, ...transfer(1000n, account.address) }));
        assert.equal(await client.getCode({ address: account.address }), undefined);
        await spend(connect(account), 3n);
        assert.notEqual(await client.getCode({ address: account.address }), undefined);
      },
    ],
    ["makes another call", async () => spend(connect(await open()), 4n)],
    ["grants a session in its first operation", async () => spend(await openSession(), 10n)],
    ["uses the session again, without a grant", async () => spend(await openSession(), 5n)],
    [
      "has a bot act on the vault by its session, and says why it does nothing else",
      async () => {
        const vault = { address: chain.vault, abi: vaultAbi };
        const bot = await openSession({
          contracts: { vault },
          may: { vault: { receive: {} } } as object,
          value: { perCall: 10n },
        });
        const hash = await bot.sendUserOperation({ calls: [{ to: chain.vault, value: 10n }] });
        assert.equal((await bot.waitForUserOperationReceipt({ hash, timeout: 30_000 })).success, true);
        const pause = encodeFunctionData({ abi: vaultAbi, functionName: "pause" });
        const book = { chainId: anvil.id, entries: [{ name: "vault", ...vault }] };
        const refusal = bot.sendUserOperation({ calls: [{ to: chain.vault, data: pause }] }).then(
          () => "sent",
          (error) => explainRefusal(error, book).message,
        );
        assert.equal(await refusal, "vault.pause is not among the session's calls");
      },
    ],
    [
      "says why a session is refused outside its scope",
      async () => {
        const bot = await openSession();
        const refusal = (call: ReturnType<typeof transfer>) =>
          bot.sendUserOperation({ calls: [call] }).then(
            () => "sent",
            (error) => explainRefusal(error).code,
          );
        assert.equal(await refusal(transfer(1n, chain.sender.address)), "SESSION_FORBIDDEN_ARGUMENT");
        assert.equal(await refusal(transfer(11n)), "SESSION_CAP_EXCEEDED");
        assert.equal(await refusal(transfer(1n)), "SESSION_CAP_EXCEEDED");
      },
    ],
    ...listRecoveryFlows(chain, entryPoint, { owner, open, connect, spend }),
  ];
  return flows;
}

export type Sender = Pick<
  ReturnType<typeof createSmartAccountClient<ReturnType<typeof http>, typeof anvil, SmartAccount>>,
  "sendUserOperation" | "waitForUserOperationReceipt"
>;
