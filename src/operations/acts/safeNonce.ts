/** Which nonce a Safe's next transaction gets, and what became of one that was given before. */
import { type Address, type Hash, isAddressEqual, type PublicClient, toEventSelector } from "viem";
import { connectNode } from "../../snapshot/rpc/node.ts";
import { readLogs } from "../../snapshot/rpc/readLogs.ts";
import type { OperationFile } from "../store/operationFile.ts";

/** After everything that is still open for this Safe; `chainNonce` where nothing is. */
export function nextSafeNonce(safe: Address, chainNonce: bigint, files: readonly OperationFile[]): bigint {
  return openNonces(safe, chainNonce, files).reduce(
    (next, nonce) => (nonce >= next ? nonce + 1n : next),
    chainNonce,
  );
}

/** Nonces from `chainNonce` on that open transactions of this Safe hold. */
export function openNonces(safe: Address, chainNonce: bigint, files: readonly OperationFile[]): bigint[] {
  return files
    .flatMap((file) => file.safeTransactions)
    .filter((t) => t.status === "open" && isAddressEqual(t.safe, safe) && t.transaction.nonce >= chainNonce)
    .map((t) => t.transaction.nonce);
}

const executionSuccess = toEventSelector("ExecutionSuccess(bytes32,uint256)");
const firstRange = 10_000n;

/** Whether the Safe ran exactly this transaction. The hash is a topic since 1.4, data before. */
export async function wasExecuted(
  client: PublicClient,
  safe: Address,
  safeTxHash: Hash,
  fromBlock: bigint,
): Promise<boolean> {
  const toBlock = await client.getBlockNumber({ cacheTime: 0 });
  const query = { address: safe, topics: [executionSuccess], fromBlock, toBlock };
  const logs = await readLogs(connectNode(client), query, firstRange);
  return logs.some((log) => (log.topics[1] ?? log.data.slice(0, 66)).toLowerCase() === safeTxHash);
}
