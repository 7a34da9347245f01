/**
 * A node behind the pinned block answers `[]` for blocks it does not have, and behind one URL there may be several nodes. So the
 * logs of the last blocks are compared with the blooms of their headers, and asked again by block hash where they differ: a node
 * without that block cannot answer by hash.
 */
import type { Address, Hex } from "viem";
import { keccak256 } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Node } from "./node.ts";
import { type BlockHeader, type PinnedBlock, readHeader } from "./pinBlock.ts";
import { type LogQuery, type RawLog, readLogsOfBlock, sortLogs } from "./readLogs.ts";

/** How many of the last blocks are compared: further behind than this, a node is noticed by what else it lacks. */
const TAIL = 64n;

/** @throws PortcullisError RPC_LAGGING when the node lacks one of them */
export async function readTail(node: Node, block: PinnedBlock): Promise<BlockHeader[]> {
  const first = block.number >= TAIL ? block.number - TAIL + 1n : 0n;
  const numbers = Array.from({ length: Number(block.number - first + 1n) }, (_, i) => first + BigInt(i));
  return Promise.all(
    numbers.map(async (number) => {
      const header = await readHeader(node, number);
      if (header) return header;
      throw new PortcullisError(
        "RPC_LAGGING",
        `The node does not have block ${number}, but had ${block.number}.`,
        {
          hint: "run the same command again when the node has caught up, or use another RPC URL",
          details: { blockNumber: number },
        },
      );
    }),
  );
}

export async function completeLogs(
  node: Node,
  query: LogQuery,
  logs: readonly RawLog[],
  tail: readonly BlockHeader[],
): Promise<RawLog[]> {
  const doubtful = tail.filter((header) => {
    if (header.number < query.fromBlock || header.number > query.toBlock) return false;
    const own = logs.filter((log) => log.blockNumber === header.number);
    if (own.some((log) => log.blockHash !== header.hash)) return true;
    return own.length === 0 && mayContain(header.logsBloom, query);
  });
  if (doubtful.length === 0) return [...logs];
  const again = await Promise.all(doubtful.map((header) => readLogsOfBlock(node, query, header.hash)));
  const replaced = new Set(doubtful.map((header) => header.number));
  return sortLogs([...logs.filter((log) => !replaced.has(log.blockNumber)), ...again.flat()]);
}

function mayContain(bloom: Hex | null, query: LogQuery): boolean {
  if (bloom === null) return true;
  return inBloom(bloom, query.address) && query.topics.some((topic) => inBloom(bloom, topic));
}

/** Yellow paper, section 4.4.1: three 11-bit indices from the hash, into 2048 bits counted from the right. */
function inBloom(bloom: Hex, item: Address | Hex): boolean {
  const hash = keccak256(item.toLowerCase() as Hex, "bytes");
  return [0, 2, 4].every((i) => {
    const bit = (((hash[i] ?? 0) << 8) | (hash[i + 1] ?? 0)) & 0x7ff;
    const digit = bloom[2 + 511 - (bit >> 2)];
    return digit !== undefined && (Number.parseInt(digit, 16) & (1 << (bit & 3))) !== 0;
  });
}
