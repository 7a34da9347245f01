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
  numberToHex,
  type PublicClient,
  pad,
  RpcRequestError,
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

function createAnswers(ask: Ask, pinned: RpcBlock, overlay: Overlay) {
  const at = numberToHex(pinned.number);
  const upstream = <T>(method: string, params: readonly unknown[]) =>
    ask<T>("state-override", method, params);
  const find = (address: Address) => overlay.overrides[getAddress(address)];

  const answers: Record<string, (params: readonly unknown[]) => Promise<unknown>> = {
    eth_chainId: () => upstream("eth_chainId", []),
    eth_blockNumber: async () => numberToHex(overlay.number),
    eth_getBlockByNumber: async ([tag]) => {
      if (isBelow(tag, pinned.number)) return upstream("eth_getBlockByNumber", [tag, false]);
      const block = await upstream<object>("eth_getBlockByNumber", [at, false]);
      return { ...block, number: numberToHex(overlay.number), timestamp: numberToHex(overlay.timestamp) };
    },
    eth_getCode: async ([address]) =>
      find(address as Address)?.code ?? upstream("eth_getCode", [address, at]),
    eth_getBalance: async ([address]) =>
      find(address as Address)?.balance ?? upstream("eth_getBalance", [address, at]),
    eth_getTransactionCount: async ([address]) =>
      find(address as Address)?.nonce ?? upstream("eth_getTransactionCount", [address, at]),
    eth_getStorageAt: async ([address, slot]) =>
      find(address as Address)?.stateDiff?.[pad(slot as Hex)] ??
      upstream("eth_getStorageAt", [address, slot, at]),
    eth_getLogs: async ([filter]) => getLogs(upstream, pinned, overlay, filter as LogFilter),
    eth_call: async ([transaction]) => call(upstream, at, overlay, transaction as object),
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

function isBelow(tag: unknown, limit: bigint): boolean {
  return typeof tag === "string" && tag.startsWith("0x") && hexToBigInt(tag as Hex) <= limit;
}

async function call(
  upstream: <T>(method: string, params: readonly unknown[]) => Promise<T>,
  at: Hex,
  overlay: Overlay,
  transaction: object,
): Promise<Hex> {
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
}

async function getLogs(
  upstream: <T>(method: string, params: readonly unknown[]) => Promise<T>,
  pinned: RpcBlock,
  overlay: Overlay,
  filter: LogFilter,
): Promise<unknown[]> {
  const from = blockOf(filter.fromBlock, overlay.number);
  const to = blockOf(filter.toBlock, overlay.number);
  const real =
    from > pinned.number
      ? []
      : await upstream<unknown[]>("eth_getLogs", [
          {
            ...filter,
            fromBlock: numberToHex(from),
            toBlock: numberToHex(to < pinned.number ? to : pinned.number),
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
      blockHash: pad("0x0"),
      transactionHash: pad("0x0"),
      transactionIndex: "0x0",
      logIndex: numberToHex(index),
      removed: false,
    }));
  return [...real, ...simulated];
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
