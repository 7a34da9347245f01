/** An operation that breaks ERC-7562, so that it shows whether a bundler looks: a session is granted as its account is made. */
import assert from "node:assert/strict";
import { createSmartAccountClient } from "permissionless";
import { http, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { vaultAbi } from "../../../src/abi/vault.ts";
import {
  ecdsaSigner,
  session,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
} from "../../../src/accounts/index.ts";
import type { AltoChain } from "./chain.ts";
import type { Flow } from "./runFlows.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"e7".repeat(32)}`));
const key = ecdsaSigner(privateKeyToAccount(`0x${"f8".repeat(32)}`));

/** Storage of an account that does not exist yet is for a staked factory's operations alone (STO-021, STO-022). */
export const listRuleFlows = (chain: AltoChain, bundler: string): Flow[] =>
  (["0.9", "0.7"] as const).map((entryPoint) => [
    `v${entryPoint} refuses a grant in the operation that creates the account, as ERC-7562 has it`,
    async () => {
      const { client, sender, sessions } = chain;
      const origin = { factory: chain.factories[entryPoint], owner: owner.signer };
      const { address } = await toPortcullisAccount({ client, entryPoint, owner, origin });
      await chain.confirm(
        await client.sendTransaction({ account: sender, to: address, value: parseEther("1") }),
      );
      const terms = session({
        contracts: { vault: { address: chain.vault, abi: vaultAbi } },
        may: { vault: { receive: {} } },
        value: { perCall: 10n },
        key,
        until: "2100-01-01",
        maxFeePerGas: "100 gwei",
        gasPerOperation: 3_000_000,
      });
      const place = { chainId: anvil.id, validator: sessions, account: address };
      const grant = await signGrant({ client, ...place, owner, session: terms });
      const now = () => Math.floor(Date.now() / 1000);
      const bot = createSmartAccountClient({
        account: await toSessionAccount({ client, entryPoint, grant, key, now, origin }),
        chain: anvil,
        client,
        bundlerTransport: http(bundler),
      });
      await assert.rejects(
        bot.sendUserOperation({ calls: [{ to: chain.vault, value: 10n }] }),
        /unstaked account accessed/,
      );
    },
  ]);
