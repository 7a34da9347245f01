/** Who guards an account, from its recovery module's own log: the account stores no more than a hash of it. */
import { type Address, getAddress, type Hex, type PublicClient, zeroAddress } from "viem";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { PortcullisError } from "../../errors.ts";
import { createReader } from "../../snapshot/reader.ts";
import { connectNode } from "../../snapshot/rpc/node.ts";
import { pinBlock } from "../../snapshot/rpc/pinBlock.ts";
import { readRecoveryState } from "../../snapshot/surfaces/recovery.ts";

/** Blocks of the first range of logs; it adapts. */
const CHUNK = 10_000n;

/**
 * @param at `fromBlock`: where logs that matter begin
 * @throws PortcullisError RECOVERY_NOT_INSTALLED, and what reading logs throws
 */
export async function findTerms(
  client: PublicClient,
  at: { account: Address; fromBlock?: bigint },
): Promise<{ module: Address; terms: Hex }> {
  const { account, fromBlock } = at;
  const node = connectNode(client);
  const reader = createReader(node, await pinBlock(node), { fromBlock, chunk: CHUNK });
  const question = { address: account, abi: smartAccountAbi } as const;
  const [module] = (await reader.probe({ ...question, functionName: "recovery" })) ?? [zeroAddress];
  const state =
    module === zeroAddress ? undefined : await readRecoveryState(reader, getAddress(module), account);
  if (state !== undefined && state.terms !== "0x") return { module: getAddress(module), terms: state.terms };
  throw new PortcullisError("RECOVERY_NOT_INSTALLED", `Nobody replaces a lost owner of ${account}`, {
    hint: "declare its guardians under the account's `recovery` in the policy, and run `npx hardhat roles apply`",
    details: { account },
  });
}
