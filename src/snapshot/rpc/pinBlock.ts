/** The one block a snapshot speaks of: chosen once, and checked again when all is read. */
import { type Hash, type Hex, hexToBigInt, numberToHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Node } from "./node.ts";
import { RpcFault } from "./rpcFault.ts";

export interface PinnedBlock {
  number: bigint;
  hash: Hash;
  timestamp: bigint;
}

export interface BlockHeader extends PinnedBlock {
  logsBloom: Hex | null;
}

/**
 * @param blockNumber latest when absent
 * @throws PortcullisError RPC_LAGGING for a node that syncs, or does not have `blockNumber`
 */
export async function pinBlock(node: Node, blockNumber?: bigint): Promise<PinnedBlock> {
  await refuseSyncing(node);
  const header = await readHeader(node, blockNumber ?? "latest");
  if (!header) throw lagging(blockNumber);
  return { number: header.number, hash: header.hash, timestamp: header.timestamp };
}

/** False when a reorg replaced the block. @throws PortcullisError RPC_LAGGING when the node lost it altogether */
export async function isStillCanonical(node: Node, block: PinnedBlock): Promise<boolean> {
  const header = await readHeader(node, block.number);
  if (!header) throw lagging(block.number);
  return header.hash === block.hash;
}

export async function readHeader(node: Node, block: bigint | "latest"): Promise<BlockHeader | null> {
  const raw = await node.request<Record<string, Hex | null> | null>("eth_getBlockByNumber", [
    block === "latest" ? block : numberToHex(block),
    false,
  ]);
  if (!raw?.hash || !raw.number || !raw.timestamp) return null;
  return {
    number: hexToBigInt(raw.number),
    hash: raw.hash,
    timestamp: hexToBigInt(raw.timestamp),
    logsBloom: raw.logsBloom ?? null,
  };
}

async function refuseSyncing(node: Node): Promise<void> {
  let syncing: unknown;
  try {
    syncing = await node.request<unknown>("eth_syncing", []);
  } catch (error) {
    // Not every provider serves it; the checks of logs and headers do not rest on it.
    if (error instanceof RpcFault && error.kind === "unsupported") return;
    throw error;
  }
  if (typeof syncing !== "object" || syncing === null) return;
  const { currentBlock, highestBlock } = syncing as { currentBlock?: Hex; highestBlock?: Hex };
  if (!currentBlock || !highestBlock || BigInt(currentBlock) >= BigInt(highestBlock)) return;
  throw new PortcullisError(
    "RPC_LAGGING",
    `The node is at block ${BigInt(currentBlock)} of ${BigInt(highestBlock)}: it is still syncing.`,
    {
      hint: "run the same command again when the node has caught up, or use another RPC URL",
      details: { currentBlock: BigInt(currentBlock), highestBlock: BigInt(highestBlock) },
    },
  );
}

function lagging(blockNumber: bigint | undefined): PortcullisError {
  return new PortcullisError("RPC_LAGGING", `The node does not have block ${blockNumber ?? "latest"}.`, {
    hint: "run the same command again when the node has caught up, or use another RPC URL",
    details: { blockNumber },
  });
}
