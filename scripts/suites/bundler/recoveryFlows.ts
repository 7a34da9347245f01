/** A lost owner, replaced by two of three guardians: what the owners do goes through the bundler, the rest is anyone's. */
import assert from "node:assert/strict";
import { type Hex, parseAbi, parseEther } from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import {
  type AccountSigner,
  type ApprovalFile,
  approve,
  ecdsaSigner,
  encodeTerms,
  fileHeader,
  parseApprovalFile,
  planFinalize,
  planInstall,
  planSubmission,
  type RecoveryCall,
  type RecoveryFile,
  readRecovery,
  toPortcullisAccount,
  writeApprovalFile,
} from "../../../src/accounts/index.ts";
import { type EntryPointVersion, entryPoints } from "../../../test/entryPoints.ts";
import type { AltoChain } from "./chain.ts";
import type { Sender } from "./flows.ts";
import type { Flow } from "./runFlows.ts";

const HOUR = 3_600;
const depositTo = parseAbi(["function depositTo(address account) payable"]);
const guardians = ["c3", "c4", "c5"].map((byte) => ecdsaSigner(privateKeyToAccount(`0x${byte.repeat(32)}`)));
const successor = ecdsaSigner(privateKeyToAccount(`0x${"d6".repeat(32)}`));
const newOwner = successor.signer.toLowerCase() as Hex;
const terms = encodeTerms({
  guardians: guardians.map(({ signer }) => ({ signer: signer.toLowerCase() as Hex, weight: 1 })),
  threshold: 2,
  delay: BigInt(HOUR),
  expiry: BigInt(24 * HOUR),
  vetoes: 1,
  refill: BigInt(24 * 30 * HOUR),
  freeze: 0n,
  rest: 0n,
});

interface Tools {
  owner: AccountSigner;
  open(): Promise<SmartAccount>;
  connect(account: SmartAccount): Sender;
  spend(sender: Sender, amount: bigint): Promise<void>;
}

export function listRecoveryFlows(
  { client, sender, recovery: module, confirm, passTime }: AltoChain,
  entryPoint: EntryPointVersion,
  { open, connect, spend }: Tools,
): Flow[] {
  const send = async (call: RecoveryCall) =>
    confirm(await client.sendTransaction({ account: sender, ...call }));
  return [
    [
      "names guardians by an operation of its owner",
      async () => {
        const account = await open();
        const owned = connect(account);
        const call = { ...planInstall(account.address, module, terms), value: 0n };
        const hash = await owned.sendUserOperation({ calls: [call] });
        assert.equal((await owned.waitForUserOperationReceipt({ hash, timeout: 30_000 })).success, true);
      },
    ],
    [
      "comes to a new owner by two of three guardians, and the new owner acts",
      async () => {
        const { address } = await open();
        const { nonce } = await readRecovery(client, { account: address, terms });
        const now = Number((await client.getBlock()).timestamp);
        const place = { chainId: anvil.id, module, account: address, terms, nonce };
        const asked: RecoveryFile = {
          ...fileHeader,
          action: "recover",
          places: [place],
          newOwner,
          deadline: now + 24 * HOUR,
          signatures: [],
        };
        let file: ApprovalFile = asked;
        for (const guardian of guardians.slice(0, 2))
          file = await approve(parseApprovalFile(writeApprovalFile(file)), guardian);
        await send(planSubmission(file, anvil.id));
        await passTime(HOUR + 1);
        await send(planFinalize(asked, anvil.id));
        // In the second of its recovery an account does nothing, and pays for nothing in the next.
        await passTime(2);
        // The bundler's clock is the host's, behind the chain's now: what the account pays itself it would take for not due.
        const deposit = { abi: depositTo, args: [address], value: parseEther("0.1") } as const;
        await confirm(
          await client.writeContract({
            account: sender,
            address: entryPoints[entryPoint],
            functionName: "depositTo",
            ...deposit,
          }),
        );
        await spend(
          connect(await toPortcullisAccount({ client, entryPoint, owner: successor, address })),
          2n,
        );
      },
    ],
    [
      "does nothing more for the owner before",
      async () => {
        const account = await open();
        await assert.rejects(spend(connect(account), 1n), /AA24|signature/i);
      },
    ],
  ];
}
