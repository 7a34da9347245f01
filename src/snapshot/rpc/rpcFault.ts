/**
 * What a node's error means. Providers agree on no code and no text, so this is the one place that knows them; everything
 * else asks for the `kind`. Only `revert` is an answer of the chain. All other kinds are trouble on the way, and must never
 * be read as "the contract has no such function".
 */
import { type Hex, isHex } from "viem";

export type RpcFaultKind =
  /** The EVM ran and refused. */
  | "revert"
  /** A log query spans too many blocks or finds too many logs: ask for less. */
  | "range"
  /** Quota or rate: the same request works later. */
  | "rate"
  /** The node does not have this block (yet). */
  | "behind"
  /** The node has the block, but no longer its state: an archive node would. */
  | "pruned"
  /** The node does not serve this method. */
  | "unsupported"
  /** No answer in time. */
  | "timeout"
  /** Everything else: connections, internal errors. */
  | "transport";

interface FaultDetails {
  data?: Hex | undefined;
  suggestedTo?: bigint;
  maxBlocks?: bigint;
}

export class RpcFault extends Error {
  override readonly name: string = "RpcFault";
  readonly kind: RpcFaultKind;
  /** `revert` only: what the contract said. */
  readonly data: Hex | undefined;
  /** `range` only: the last block of the range that the provider says would work. */
  readonly suggestedTo: bigint | undefined;
  /** `range` only: the provider's cap, in blocks. */
  readonly maxBlocks: bigint | undefined;

  constructor(kind: RpcFaultKind, text: string, more: FaultDetails = {}) {
    super(text);
    this.kind = kind;
    this.data = more.data;
    this.suggestedTo = more.suggestedTo;
    this.maxBlocks = more.maxBlocks;
  }
}

const REVERT =
  /execution reverted|vm exception|\breverted\b|\brevert\b|vm execution error|invalid opcode|invalidfeopcode|opcode 0x[0-9a-f]+ not defined|bad instruction|invalid ?jump|stack ?underflow|stack ?overflow|out ?of ?gas|write protection|opcodenotfound|notactivated/i;

/** Checked before `rate`: Infura uses -32005 for both. */
const RANGE = [
  /more than [\d,]+ (results|logs)/i, // geth family, Infura, zkSync
  /log response size exceeded|response size (should not|exceeded)|block range should work/i, // Alchemy
  /is limited to (a )?[\d,. -]+k?( blocks?)? range/i, // QuickNode, 1RPC
  /range (is )?too (large|wide|big)|range too large/i, // Ankr, Base, Cloudflare, Frontier
  /exceeds? (the )?(max(imum)?|allowed|limit|server limit).*(range|results|blocks)/i, // publicnode, reth, BSC
  /(block )?range (limit )?exceed(s|ed)|range exceeds|exceeds? .*range limit/i, // Chainstack, Besu, geth's rangelimit
  /ranges? (over|greater than) [\d,]+ blocks?|range greater than/i, // dRPC, op-stack proxies
  /too many (logs|results|blocks)|requested too many blocks/i, // Nethermind, Avalanche
  /max range:? ?[\d,]+|maximum (block )?range|block range is limited|range limit/i,
  /exceeds? max (block range|results)|max(imum)? (results|logs)/i, // reth
  /response (is )?too (big|large)|request entity too large|content too large|payload too large/i,
  /up to a [\d,]+k? block range/i, // Alchemy's free tier
  /query timeout( of [\d.]+ ?\w+)? exceeded|query timed out|timeout .*eth_getlogs/i, // too much work for one query
];

const RATE =
  /rate.?limit|too many requests|request limit|requests? (per|\/) ?second|\/second|quota|throttl|capacity|compute units|exceeded (its|your|the) .*(limit|plan)|request count exceeded|request rate exceeded|daily request|credits|limit exceeded|over ?limit/i;

const BEHIND =
  /header not found|header for hash not found|unknown block|block not found|block #?\d+ not found|could not find block|not yet (available|synced)|block .* (is )?(not available|unavailable)|beyond (current |the )?(head|latest)|future block|into future|after last accepted block|toblock.*(greater|higher) than|greater than (latest|head)|blockoutofrange|block number out of range|larger than the latest|invalid block number .* latest|invalid block tag|block height is/i;

const PRUNED =
  /missing trie node|state .*(not available|unavailable|pruned|missing)|historical state|pruned|required historical|archive|no state available|distance to target block exceeds|old data not available|state at block|proof window|state histories haven't been fully indexed/i;

const TIMEOUT = /timed? ?out|took too long|etimedout|deadline exceeded/i;

const UNSUPPORTED =
  /method not found|method .*(not supported|not available|does not exist|not allowed)|unsupported method/i;

/** Reads any error a client or provider throws. Never throws itself. */
export function toRpcFault(error: unknown): RpcFault {
  if (error instanceof RpcFault) return error;
  const { codes, text, data } = gather(error);
  if (codes.includes(3) || /^execution reverted/i.test(text)) return new RpcFault("revert", text, { data });
  if (codes.includes(-32601) || codes.includes(-32004) || UNSUPPORTED.test(text))
    return new RpcFault("unsupported", text);
  if (RANGE.some((pattern) => pattern.test(text)) || codes.includes(413) || codes.includes(-32008)) {
    return new RpcFault("range", text, rangeAdvice(text));
  }
  if (codes.includes(429) || codes.includes(-32005) || codes.includes(-32007) || RATE.test(text)) {
    return new RpcFault("rate", text);
  }
  if (PRUNED.test(text)) return new RpcFault("pruned", text);
  if (BEHIND.test(text)) return new RpcFault("behind", text);
  if (REVERT.test(text)) return new RpcFault("revert", text, { data });
  return new RpcFault(
    codes.includes(504) || codes.includes(408) || TIMEOUT.test(text) ? "timeout" : "transport",
    text,
  );
}

/** "this block range should work: [0x1, 0x2]", "retry with the range 1-2", "limited to a 10,000 range". */
function rangeAdvice(text: string): { suggestedTo?: bigint; maxBlocks?: bigint } {
  const pair =
    /\[\s*(0x[0-9a-f]+|\d+)\s*,\s*(0x[0-9a-f]+|\d+)\s*\]/i.exec(text) ??
    /with the range (\d+)\s*-\s*(\d+)/i.exec(text);
  const cap =
    /(?:limited to (?:a )?(?:0 - )?|up to a |max(?:imum)?(?: block)? range:? ?(?:limit )?|maximum is set to |over |greater than |\(maximum )([\d,]+)(k?)/i.exec(
      text,
    );
  const advice: { suggestedTo?: bigint; maxBlocks?: bigint } = {};
  if (pair?.[2]) advice.suggestedTo = BigInt(pair[2]);
  if (cap?.[1]) {
    const blocks = BigInt(cap[1].replaceAll(",", "")) * (cap[2] ? 1000n : 1n);
    if (blocks > 0n) advice.maxBlocks = blocks;
  }
  return advice;
}

interface Gathered {
  codes: number[];
  text: string;
  data: Hex | undefined;
}

/** The node's own words, codes and bytes along the chain of causes, without what a client adds (URLs hold API keys). */
function gather(error: unknown): Gathered {
  const codes: number[] = [];
  const texts: string[] = [];
  let bytes: Hex | undefined;
  let at: unknown = error;
  for (let depth = 0; depth < 10 && typeof at === "object" && at !== null; depth++) {
    const { code, status, details, message, data, cause } = at as Record<string, unknown>;
    for (const n of [code, status]) if (typeof n === "number") codes.push(n);
    const words = typeof details === "string" && details !== "" ? details : message;
    const inner = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
    for (const word of [words, inner.message, data]) {
      if (typeof word === "string" && word !== "" && !isHex(word)) texts.push(word);
    }
    // Nethermind and OpenEthereum write "Reverted 0x…".
    for (const value of [data, inner.data]) {
      const found = typeof value === "string" ? /(0x[0-9a-f]*)$/i.exec(value)?.[1] : undefined;
      bytes ??= found as Hex | undefined;
    }
    at = cause;
  }
  if (texts.length === 0) texts.push(String(error));
  return { codes, text: [...new Set(texts)].join("; ").slice(0, 500), data: bytes };
}
