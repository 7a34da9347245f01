/** Who guards an account, from its recovery module's own log: the account stores no more than a hash of it. */
import {
  type Address,
  decodeEventLog,
  getAddress,
  type Hex,
  isAddressEqual,
  type PublicClient,
  toEventSelector,
  zeroAddress,
} from "viem";
import { guardianRecoveryAbi as abi } from "../../abi/guardianRecovery.ts";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { probe } from "../../chain/probe.ts";
import { PortcullisError } from "../../errors.ts";
import { createReader } from "../../snapshot/reader.ts";
import { connectNode } from "../../snapshot/rpc/node.ts";
import { pinBlock } from "../../snapshot/rpc/pinBlock.ts";

const ACCEPTED = toEventSelector("TermsAccepted(address,bytes)");
const CHUNK = 10_000n;

/**
 * @param fromBlock where logs that matter begin
 * @throws PortcullisError RECOVERY_NOT_INSTALLED, and what reading logs throws
 */
export async function findTerms(
  client: PublicClient,
  { account, fromBlock = 0n }: { account: Address; fromBlock?: bigint },
): Promise<{ module: Address; terms: Hex }> {
  const recovery = await probe(client, { address: account, abi: smartAccountAbi, functionName: "recovery" });
  const [module] = recovery ?? [zeroAddress];
  if (module === zeroAddress) throw notInstalled(account);
  const node = connectNode(client);
  const reader = createReader(node, await pinBlock(node), { fromBlock, chunk: CHUNK });
  const logs = await reader.logs(getAddress(module), [ACCEPTED]);
  const accepted = logs
    .map(({ topics, data }) =>
      decodeEventLog({ abi, eventName: "TermsAccepted", topics: [...topics] as [Hex, ...Hex[]], data }),
    )
    .filter(({ args }) => isAddressEqual(args.account, account));
  for (const { args } of accepted.reverse()) {
    const question = { address: module, abi, functionName: "hasTerms", args: [account, args.terms] } as const;
    if (await probe(client, question)) return { module: getAddress(module), terms: args.terms };
  }
  throw notInstalled(account);
}

const notInstalled = (account: Address): PortcullisError =>
  new PortcullisError("RECOVERY_NOT_INSTALLED", `Nobody replaces a lost owner of ${account}`, {
    hint: "declare its guardians under the account's `recovery` in the policy, and run `npx hardhat roles apply`",
    details: { account },
  });
