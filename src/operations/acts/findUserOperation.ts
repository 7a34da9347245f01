/** What became of an operation that a bundler was given: asked of the chain, which no bundler can answer for. */
import { type Hash, type Hex, type PublicClient, parseAbi } from "viem";
import { entryPoints } from "../../accounts/entryPoints.ts";
import type { StoredUserOperation } from "../store/operationFile.ts";

const abi = parseAbi([
  "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, uint256 nonce, bool success, uint256 actualGasCost, uint256 actualGasUsed)",
  "event UserOperationRevertReason(bytes32 indexed userOpHash, address indexed sender, uint256 nonce, bytes revertReason)",
]);
/** Many nodes answer no wider range. */
const RANGE = 10_000n;

export interface FoundUserOperation {
  userOpHash: Hash;
  transaction: Hash;
  block: bigint;
  success: boolean;
  /** What its call reverted with, if it did and said so. */
  reason?: Hex;
}

/** Of whichever attempt was included; undefined while none is. */
export async function findUserOperation(
  client: PublicClient,
  { entryPoint, attempts, account, fromBlock }: StoredUserOperation,
): Promise<FoundUserOperation | undefined> {
  const { address } = entryPoints[entryPoint];
  const hashes = new Set(attempts.map(({ userOpHash }) => userOpHash));
  const latest = await client.getBlockNumber({ cacheTime: 0 });
  for (let from = fromBlock; from <= latest; from += RANGE) {
    const toBlock = from + RANGE - 1n < latest ? from + RANGE - 1n : latest;
    const logs = await client.getContractEvents({
      address,
      abi,
      args: { sender: account },
      fromBlock: from,
      toBlock,
      strict: true,
    } as const);
    const own = logs.filter(({ args }) => hashes.has(args.userOpHash));
    const end = own.find((log) => log.eventName === "UserOperationEvent");
    if (end?.eventName !== "UserOperationEvent") continue;
    const revert = own.find((log) => log.eventName === "UserOperationRevertReason");
    return {
      userOpHash: end.args.userOpHash,
      transaction: end.transactionHash,
      block: end.blockNumber,
      success: end.args.success,
      ...(revert?.eventName === "UserOperationRevertReason" && { reason: revert.args.revertReason }),
    };
  }
  return undefined;
}
