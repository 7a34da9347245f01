/**
 * All logs of one contract in a range of blocks, whatever the node's limits are. Ranges shrink when a node refuses one and
 * grow again when it does not; the result does not depend on how they were cut.
 */
import { type Address, type Hash, type Hex, hexToBigInt, hexToNumber, numberToHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Node } from "./node.ts";
import { RpcFault } from "./rpcFault.ts";

export interface RawLog {
  topics: readonly Hex[];
  data: Hex;
  blockNumber: bigint;
  blockHash: Hash;
  logIndex: number;
}

export interface LogQuery {
  address: Address;
  /** Any of these as first topic. */
  topics: readonly Hex[];
  fromBlock: bigint;
  toBlock: bigint;
}

interface Piece {
  from: bigint;
  to: bigint;
}

/** Ranges in flight at once. */
const PARALLEL = 4;
const LARGEST_RANGE = 1n << 40n;

/**
 * @param chunk blocks of the first range
 * @returns in the order of the chain
 * @throws PortcullisError LOGS_REFUSED when even one block is too much for the node
 */
export async function readLogs(node: Node, query: LogQuery, chunk: bigint): Promise<RawLog[]> {
  const found: RawLog[] = [];
  const refused: Piece[] = [];
  let next = query.fromBlock;
  let size = chunk > 0n ? chunk : 1n;
  let cap = LARGEST_RANGE;

  function take(): Piece | undefined {
    const rest = refused.pop() ?? (next <= query.toBlock ? { from: next, to: query.toBlock } : undefined);
    if (!rest) return undefined;
    const to = least(rest.from + size - 1n, rest.to);
    if (rest.from >= next) next = to + 1n;
    else if (to < rest.to) refused.push({ from: to + 1n, to: rest.to });
    return { from: rest.from, to };
  }

  async function read(piece: Piece): Promise<void> {
    const blocks = piece.to - piece.from + 1n;
    try {
      for (const log of await readRange(node, query, piece)) found.push(log);
      if (blocks >= size) size = least(size * 2n, cap);
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      const tooMuch = error.kind === "range" || error.kind === "timeout";
      if (!tooMuch || blocks === 1n) throw refuse(query.address, piece, error);
      if (error.maxBlocks !== undefined) cap = least(cap, error.maxBlocks);
      size = least(size, smaller(piece.from, blocks, error, cap));
      refused.push(piece);
    }
  }

  async function work(): Promise<void> {
    for (let piece = take(); piece; piece = take()) await read(piece);
  }

  // One range first: it finds the node's limit before several run into it.
  const first = take();
  if (first) await read(first);
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return sortLogs(found);
}

/** Logs of one block, asked by hash: a node that lacks the block cannot answer "none". */
export async function readLogsOfBlock(
  node: Node,
  query: Pick<LogQuery, "address" | "topics">,
  blockHash: Hash,
): Promise<RawLog[]> {
  const raw = await node.request<RpcLog[]>("eth_getLogs", [
    { address: query.address, topics: [query.topics], blockHash },
  ]);
  return sortLogs(parse(raw, query));
}

async function readRange(node: Node, query: LogQuery, piece: Piece): Promise<RawLog[]> {
  const filter = {
    address: query.address,
    topics: [query.topics],
    fromBlock: numberToHex(piece.from),
    toBlock: numberToHex(piece.to),
  };
  // A timeout of many blocks means "too much work"; of one block it means trouble.
  const raw = await node.request<RpcLog[]>("eth_getLogs", [filter], {
    timeoutIsFault: piece.to > piece.from,
  });
  const logs = parse(raw, query);
  const stray = logs.find((log) => log.blockNumber < piece.from || log.blockNumber > piece.to);
  if (stray) throw malformed(`a log of block ${stray.blockNumber} for blocks ${piece.from} to ${piece.to}`);
  return logs;
}

/** What the provider says would work, where it says so and it is less than was asked; else half, or an eighth in time trouble. */
function smaller(from: bigint, blocks: bigint, fault: RpcFault, cap: bigint): bigint {
  const suggested = fault.suggestedTo === undefined ? 0n : fault.suggestedTo - from + 1n;
  if (suggested > 0n && suggested < blocks) return suggested;
  if (cap < blocks) return cap;
  const part = blocks / (fault.kind === "timeout" ? 8n : 2n);
  return part > 0n ? part : 1n;
}

interface RpcLog {
  address: Address;
  topics: Hex[];
  data: Hex;
  blockNumber: Hex;
  blockHash: Hash;
  logIndex: Hex;
  removed?: boolean;
}

/** Some proxies ignore parts of a filter: what was not asked for is dropped, what is no log is refused. */
function parse(raw: unknown, query: Pick<LogQuery, "address" | "topics">): RawLog[] {
  if (!Array.isArray(raw)) throw malformed("no list of logs");
  return (raw as RpcLog[])
    .filter((log) => {
      if (typeof log?.address !== "string" || !log.blockNumber || !log.blockHash)
        throw malformed("a log without a place");
      const first = log.topics[0];
      return (
        !log.removed &&
        log.address.toLowerCase() === query.address.toLowerCase() &&
        first !== undefined &&
        query.topics.includes(first)
      );
    })
    .map((log) => ({
      topics: log.topics,
      data: log.data,
      blockNumber: hexToBigInt(log.blockNumber),
      blockHash: log.blockHash,
      logIndex: hexToNumber(log.logIndex),
    }));
}

export function sortLogs(logs: readonly RawLog[]): RawLog[] {
  return [...logs].sort((a, b) =>
    a.blockNumber === b.blockNumber ? a.logIndex - b.logIndex : a.blockNumber < b.blockNumber ? -1 : 1,
  );
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function refuse(address: Address, piece: Piece, fault: RpcFault): PortcullisError {
  return new PortcullisError("LOGS_REFUSED", `The node refuses the logs of ${address}: ${fault.message}`, {
    hint: "use another RPC URL, one whose node serves the logs of that range",
    details: { address, fromBlock: piece.from, toBlock: piece.to, answer: fault.message },
  });
}

function malformed(what: string): PortcullisError {
  return new PortcullisError("RPC_MALFORMED", `The node answered eth_getLogs with ${what}.`, {
    hint: "use another RPC URL",
  });
}
