/** Reads what geth's `callTracer` and `prestateTracer` (diff mode) answer, whoever implements them. */
import { type Address, getAddress, type Hash, type Hex, pad, zeroHash } from "viem";
import type { CallType, RawFrame, RawLog, StateChange, StorageChange } from "./types.ts";

interface TracedFrame {
  type: string;
  from: Address;
  to?: Address;
  value?: Hex;
  input?: Hex;
  output?: Hex;
  error?: string;
  calls?: readonly TracedFrame[];
  logs?: readonly { address: Address; topics: readonly Hex[]; data?: Hex }[];
}

export function readFrame(value: unknown): RawFrame {
  const traced = value as TracedFrame;
  return {
    type: traced.type as CallType,
    from: getAddress(traced.from),
    ...(traced.to ? { to: getAddress(traced.to) } : {}),
    value: BigInt(traced.value ?? "0x0"),
    input: traced.input ?? "0x",
    output: traced.output ?? "0x",
    ...(traced.error ? { error: traced.error } : {}),
    calls: (traced.calls ?? []).map(readFrame),
  };
}

/** How often each log was emitted in frames that were kept; order between frames is not in a call trace. */
export function tracedLogs(value: unknown): RawLog[] {
  const traced = value as TracedFrame;
  if (traced.error) return [];
  const own = (traced.logs ?? []).map((log) => ({
    address: getAddress(log.address),
    topics: log.topics,
    data: log.data ?? "0x",
  }));
  return [...own, ...(traced.calls ?? []).flatMap(tracedLogs)];
}

interface TracedAccount {
  balance?: Hex;
  nonce?: number | Hex;
  code?: Hex;
  storage?: Record<Hex, Hex>;
}

interface TracedDiff {
  pre: Record<Address, TracedAccount>;
  post: Record<Address, TracedAccount>;
}

/** One transaction's changes. What `post` leaves out did not change, except slots: those became zero. */
export function readStateDiff(value: unknown): StateChange[] {
  const { pre, post } = value as TracedDiff;
  return Object.keys({ ...pre, ...post }).map((key) => {
    const [was, is] = [pre[key as Address] ?? {}, post[key as Address] ?? {}];
    const slots = Object.keys({ ...was.storage, ...is.storage }) as Hex[];
    const storage: StorageChange[] = slots.map((slot) => ({
      slot: pad(slot) as Hash,
      from: pad(was.storage?.[slot] ?? zeroHash),
      to: pad(is.storage?.[slot] ?? zeroHash),
    }));
    return {
      address: getAddress(key),
      ...(is.balance === undefined
        ? {}
        : { balance: { from: BigInt(was.balance ?? "0x0"), to: BigInt(is.balance) } }),
      ...(is.nonce === undefined ? {} : { nonce: { from: Number(was.nonce ?? 0), to: Number(is.nonce) } }),
      ...(is.code === undefined ? {} : { code: { from: was.code ?? "0x", to: is.code } }),
      storage,
    };
  });
}

/** The changes of a sequence: from the first state to the last. What came back to where it was did not change. */
export function mergeStateChanges(sequence: readonly (readonly StateChange[])[]): StateChange[] {
  const merged = new Map<Address, StateChange>();
  for (const change of sequence.flat()) {
    const earlier = merged.get(change.address);
    merged.set(change.address, earlier ? follow(earlier, change) : change);
  }
  return [...merged.values()].map(settle).filter(isChange).sort(byAddress);
}

function follow(earlier: StateChange, later: StateChange): StateChange {
  const storage = new Map(earlier.storage.map((change) => [change.slot, change]));
  for (const change of later.storage) {
    storage.set(change.slot, { ...change, from: storage.get(change.slot)?.from ?? change.from });
  }
  const balance = join(earlier.balance, later.balance);
  const nonce = join(earlier.nonce, later.nonce);
  const code = join(earlier.code, later.code);
  return {
    address: earlier.address,
    ...(balance ? { balance } : {}),
    ...(nonce ? { nonce } : {}),
    ...(code ? { code } : {}),
    storage: [...storage.values()],
  };
}

function join<T>(earlier?: { from: T; to: T }, later?: { from: T; to: T }): { from: T; to: T } | undefined {
  if (!earlier || !later) return earlier ?? later;
  return { from: earlier.from, to: later.to };
}

function settle(change: StateChange): StateChange {
  const { address, balance, nonce, code } = change;
  return {
    address,
    ...(balance && balance.from !== balance.to ? { balance } : {}),
    ...(nonce && nonce.from !== nonce.to ? { nonce } : {}),
    ...(code && code.from !== code.to ? { code } : {}),
    storage: change.storage
      .filter(({ from, to }) => from !== to)
      .sort((a, b) => (a.slot < b.slot ? -1 : a.slot > b.slot ? 1 : 0)),
  };
}

function isChange(change: StateChange): boolean {
  return Boolean(change.balance ?? change.nonce ?? change.code) || change.storage.length > 0;
}

function byAddress(a: StateChange, b: StateChange): number {
  return a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1;
}
