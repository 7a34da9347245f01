/** Where to start reading a contract's logs. */
import { type Address, type Hex, numberToHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Node } from "./node.ts";
import { RpcFault } from "./rpcFault.ts";

/**
 * A block before which nothing of the contract's present state can have been logged: the block of a change from no code to
 * code, found by bisection. With several lives (CREATE2 after a self-destruct) any of them will do, since an address without
 * code has no storage either.
 *
 * @param hint where the caller believes it starts: used where the node keeps no old states, and only there
 * @returns 0 when the node keeps no old states and there is no hint
 */
export async function findDeploymentBlock(
  node: Node,
  address: Address,
  latest: bigint,
  hint: bigint | undefined,
): Promise<bigint> {
  try {
    const found = await bisect(node, address, 0n, latest);
    return (await hasTransactions(node, found)) ? found : 0n;
  } catch (error) {
    if (lacksOldStates(error)) return hint ?? 0n;
    throw error;
  }
}

/** Some prune with the words others use for a block that is still to come; reading from the hint is right for both. */
function lacksOldStates(error: unknown): boolean {
  if (error instanceof RpcFault) return error.kind === "pruned" || error.kind === "unsupported";
  return error instanceof PortcullisError && error.code === "RPC_LAGGING";
}

/** `high` has code. */
async function bisect(node: Node, address: Address, low: bigint, high: bigint): Promise<bigint> {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) / 2n;
    if (await hasCode(node, address, middle)) to = middle;
    else from = middle + 1n;
  }
  return to;
}

/**
 * Code comes by a transaction. Hardhat answers with empty states for blocks that were mined in bulk, and shows code to begin in one
 * without any; there, as where code came with a fork of the chain, nothing is known.
 */
async function hasTransactions(node: Node, block: bigint): Promise<boolean> {
  const raw = await node.request<{ transactions?: unknown[] } | null>("eth_getBlockByNumber", [
    numberToHex(block),
    false,
  ]);
  return (raw?.transactions?.length ?? 0) > 0;
}

async function hasCode(node: Node, address: Address, block: bigint): Promise<boolean> {
  return (await node.request<Hex>("eth_getCode", [address, numberToHex(block)])) !== "0x";
}
