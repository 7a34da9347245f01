/**
 * A chain as it would be: the pinned block of a node, with a simulation's changes laid over it. Code and storage are
 * answered from the changes, calls by `eth_simulateV1` on top of them, logs with the simulated ones added. Whatever
 * could not be answered faithfully is refused.
 */
import {
  type Address,
  createPublicClient,
  custom,
  getAddress,
  type Hash,
  type Hex,
  hexToBigInt,
  keccak256,
  numberToHex,
  type PublicClient,
  pad,
  RpcRequestError,
  stringToHex,
} from "viem";
import type { Ask, RpcBlock } from "./ask.ts";
import type { RawLog, StateChange } from "./types.ts";

/** State overrides as geth takes them. */
export type Overrides = Record<
  Address,
  { balance?: Hex; nonce?: Hex; code?: Hex; stateDiff?: Record<Hash, Hash> }
>;

export interface Overlay {
  overrides: Overrides;
  /** Of the block that the overlay stands for. */
  number: bigint;
  timestamp: bigint;
  logs: readonly (RawLog & { blockNumber: bigint })[];
}

export interface SimulatedCall {
  status: Hex;
  returnData: Hex;
  gasUsed: Hex;
  logs?: readonly { address: Address; topics: readonly Hex[]; data?: Hex }[];
  error?: { message?: string; data?: Hex };
}

/** Lays `changes` over `overrides`; both stay as they are. */
export function layChanges(overrides: Overrides, changes: readonly StateChange[]): Overrides {
  const laid: Overrides = { ...overrides };
  for (const { address, balance, nonce, code, storage } of changes) {
    const under = laid[address] ?? {};
    laid[address] = {
      ...under,
      ...(balance ? { balance: numberToHex(balance.to) } : {}),
      ...(nonce ? { nonce: numberToHex(nonce.to) } : {}),
      ...(code ? { code: code.to } : {}),
      stateDiff: { ...under.stateDiff, ...Object.fromEntries(storage.map(({ slot, to }) => [slot, to])) },
    };
  }
  return laid;
}

/** A client of the overlaid chain, at `overlay.number` and before. */
export function createOverlayClient(ask: Ask, pinned: RpcBlock, overlay: Overlay): PublicClient {
  const answer = createAnswers(ask, pinned, overlay);
  const provider = {
    request: ({ method, params = [] }: { method: string; params?: unknown }) =>
      answer(method, params as readonly unknown[]),
  };
  return createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 });
}

type Upstream = <T>(method: string, params: readonly unknown[]) => Promise<T>;

function createAnswers(ask: Ask, pinned: RpcBlock, overlay: Overlay) {
  const at = numberToHex(pinned.number);
  const upstream: Upstream = (method, params) => ask("state-override", method, params);
  /** What the overlay says of `address` at `tag`; undefined where the pinned chain is to be asked. */
  const find = (address: unknown, tag: unknown) =>
    isReal(tag, pinned) ? undefined : overlay.overrides[getAddress(address as Address)];
  const real = (tag: unknown) => (isReal(tag, pinned) ? tag : at);

  const answers: Record<string, (params: readonly unknown[]) => Promise<unknown>> = {
    eth_chainId: () => upstream("eth_chainId", []),
    eth_blockNumber: async () => numberToHex(overlay.number),
    eth_getBlockByNumber: async ([tag]) => {
      const block = await upstream<object>("eth_getBlockByNumber", [real(tag), false]);
      return isReal(tag, pinned)
        ? block
        : simulatedHeader(block, blockOf(tag as Hex, overlay.number), overlay);
    },
    eth_getCode: async ([address, tag]) =>
      find(address, tag)?.code ?? upstream("eth_getCode", [address, real(tag)]),
    eth_getBalance: async ([address, tag]) =>
      find(address, tag)?.balance ?? upstream("eth_getBalance", [address, real(tag)]),
    eth_getTransactionCount: async ([address, tag]) =>
      find(address, tag)?.nonce ?? upstream("eth_getTransactionCount", [address, real(tag)]),
    eth_getStorageAt: async ([address, slot, tag]) =>
      find(address, tag)?.stateDiff?.[pad(slot as Hex)] ??
      upstream("eth_getStorageAt", [address, slot, real(tag)]),
    eth_getLogs: async ([filter]) => getLogs(upstream, pinned, overlay, filter as LogFilter),
    eth_call: async ([transaction, tag]) =>
      isReal(tag, pinned)
        ? upstream("eth_call", [transaction, tag])
        : call(upstream, at, overlay, transaction as object),
  };
  return async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const found = answers[method];
    if (found) return found(params);
    throw new RpcRequestError({
      body: { method },
      url: "overlay",
      error: { code: -32601, message: `${method} has no answer in a simulated chain` },
    });
  };
}

/** The pinned block and what is below it exist; all else is simulated. */
function isReal(tag: unknown, pinned: RpcBlock): boolean {
  if (tag === "earliest") return true;
  return typeof tag === "string" && tag.startsWith("0x") && hexToBigInt(tag as Hex) <= pinned.number;
}

/** A hash of its own, so that no reader takes it for a block of the chain; no bloom, so that logs are asked for. */
function simulatedHeader(pinned: object, number: bigint, { timestamp }: Overlay): object {
  return {
    ...pinned,
    number: numberToHex(number),
    hash: simulatedHash(number),
    parentHash: simulatedHash(number - 1n),
    timestamp: numberToHex(timestamp),
    logsBloom: null,
    transactions: [],
  };
}

function simulatedHash(number: bigint): Hash {
  return keccak256(stringToHex(`portcullis.simulated.${number}`));
}

async function call(upstream: Upstream, at: Hex, overlay: Overlay, transaction: object): Promise<Hex> {
  const [block] = await upstream<{ calls: SimulatedCall[] }[]>("eth_simulateV1", [
    {
      blockStateCalls: [
        {
          blockOverrides: { number: numberToHex(overlay.number), time: numberToHex(overlay.timestamp) },
          stateOverrides: overlay.overrides,
          calls: [transaction],
        },
      ],
      validation: false,
    },
    at,
  ]);
  const result = block?.calls[0];
  if (result?.status === "0x1") return result.returnData;
  const data = result?.error?.data ?? result?.returnData ?? "0x";
  throw new RpcRequestError({
    body: { method: "eth_call" },
    url: "overlay",
    error: { code: 3, message: "execution reverted", data },
  });
}

interface LogFilter {
  address?: Address | readonly Address[];
  topics?: readonly (Hex | readonly Hex[] | null)[];
  fromBlock?: Hex | string;
  toBlock?: Hex | string;
  blockHash?: Hash;
}

async function getLogs(
  upstream: Upstream,
  pinned: RpcBlock,
  overlay: Overlay,
  filter: LogFilter,
): Promise<unknown[]> {
  const { blockHash, ...rest } = filter;
  const simulatedBlock = overlay.logs.find(
    (log) => simulatedHash(log.blockNumber) === blockHash,
  )?.blockNumber;
  if (blockHash && simulatedBlock === undefined) {
    // A simulated block without logs is not known upstream either.
    const range = overlay.number - pinned.number;
    const empty = Array.from({ length: Number(range) }, (_, i) =>
      simulatedHash(pinned.number + BigInt(i) + 1n),
    );
    return empty.includes(blockHash) ? [] : upstream("eth_getLogs", [filter]);
  }
  const from = simulatedBlock ?? blockOf(filter.fromBlock, overlay.number);
  const to = simulatedBlock ?? blockOf(filter.toBlock, overlay.number);
  const real = isAbove(from, pinned)
    ? []
    : await upstream<unknown[]>("eth_getLogs", [
        {
          ...rest,
          fromBlock: numberToHex(from),
          toBlock: numberToHex(isAbove(to, pinned) ? pinned.number : to),
        },
      ]);
  const simulated = overlay.logs
    .map((log, index) => ({ log, index }))
    .filter(({ log }) => log.blockNumber >= from && log.blockNumber <= to && matches(log, filter))
    .map(({ log, index }) => ({
      address: log.address,
      topics: log.topics,
      data: log.data,
      blockNumber: numberToHex(log.blockNumber),
      blockHash: simulatedHash(log.blockNumber),
      transactionHash: simulatedHash(log.blockNumber),
      transactionIndex: "0x0",
      logIndex: numberToHex(index),
      removed: false,
    }));
  return [...real, ...simulated];
}

function isAbove(number: bigint, pinned: RpcBlock): boolean {
  return number > pinned.number;
}

function blockOf(tag: string | undefined, latest: bigint): bigint {
  if (tag === "earliest") return 0n;
  return tag?.startsWith("0x") ? hexToBigInt(tag as Hex) : latest;
}

function matches(log: RawLog, { address, topics = [] }: LogFilter): boolean {
  const addresses = address === undefined ? [] : [address].flat();
  if (addresses.length > 0 && !addresses.some((item) => getAddress(item) === log.address)) return false;
  return topics.every((wanted, index) => {
    if (wanted === null) return true;
    return [wanted].flat().some((topic) => topic.toLowerCase() === log.topics[index]?.toLowerCase());
  });
}
