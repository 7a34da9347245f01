/** What is sent, what is kept of it, and what the sender needs from outside. Amounts in wei, times in milliseconds. */
import type { Address, Hash, Hex, TransactionReceipt } from "viem";

/** One thing that is to happen on the chain once, whatever happens to the process that asks for it. */
export interface Intent {
  /** Names the intent: the same id never becomes two transactions. */
  id: Hash;
  from: Address;
  /** Null creates a contract. */
  to: Address | null;
  value?: bigint;
  data?: Hex;
  /** What a person reads: "grant treasurer to alice". */
  label: string;
  /** Gas limit; estimated, with a margin, when absent. */
  gas?: bigint;
  /** Only for callers that manage nonces themselves (Ignition); the next free one when absent. */
  nonce?: number;
}

/** Bytes that were signed for an intent. All attempts of one intent share its nonce, so at most one is ever included. */
export interface Attempt {
  kind: "original" | "bump" | "cancel";
  hash: Hash;
  raw: Hex;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** Milliseconds since the epoch. */
  signedAt: number;
}

/** The journal's record of an intent; written before its bytes leave the process. */
export interface StoredTransaction {
  id: Hash;
  chainId: number;
  label: string;
  from: Address;
  to: Address | null;
  value: bigint;
  data: Hex;
  nonce: number;
  attempts: readonly Attempt[];
  /** `cancelled` and `displaced`: `hash` is what took the nonce instead. */
  outcome?: { status: "included" | "reverted" | "cancelled" | "displaced"; hash: Hash; block: bigint };
  /** Its nonce is lost for good and a person allowed another: whoever asks for the intent again signs it anew. */
  released?: true;
  /** Nonces it had before, each lost for good to the transaction `lostTo`; never the present one. */
  earlier?: readonly EarlierNonce[];
}

/** A nonce an intent was signed for, and lost: the chain has another transaction there. */
export interface EarlierNonce {
  nonce: number;
  attempts: readonly Attempt[];
  lostTo: Hash;
  block: bigint;
}

/** What a bump or a cancellation would sign, for a person to look at. */
export interface Replacement {
  kind: "bump" | "cancel";
  record: StoredTransaction;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** What has the nonce of a stored transaction, in a block. */
export interface NonceTaker {
  hash: Hash;
  block: bigint;
  /** `authorization`: an EIP-7702 authorization of the account, carried by somebody's transaction. */
  by: "transaction" | "authorization";
  to: Address | null;
}

/** What the chain says of a stored transaction now. */
export type TransactionState =
  | { status: "pending"; hash: Hash }
  /** The node does not have it: never sent, or dropped. Running its command again sends it. */
  | { status: "unsent" }
  | { status: "included" | "reverted" | "cancelled"; hash: Hash; block: bigint }
  | { status: "displaced"; taker?: NonceTaker }
  | { status: "released"; lostTo: Hash };

/** Where signed bytes are kept. `put` returns only when the record would survive a power cut. */
export interface Journal {
  get(id: Hash): Promise<StoredTransaction | undefined>;
  put(record: StoredTransaction): Promise<void>;
  list(): Promise<readonly StoredTransaction[]>;
}

/** An EIP-1193 provider, as little of it as is needed. */
export interface Rpc {
  request(args: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface FeePolicy {
  /** How much of what others tip is paid: the 10th, 50th or 90th percentile of recent blocks. */
  speed: "slow" | "normal" | "fast";
  /** wei per gas; nothing is signed above it. */
  maxFeePerGas?: bigint;
  /** wei per gas */
  maxPriorityFeePerGas?: bigint;
}

export interface Sent {
  hash: Hash;
  receipt: TransactionReceipt;
  /** True when an earlier run had signed it. */
  resumed: boolean;
}

export interface Sender {
  /** Signs, stores, broadcasts and waits for `confirmations`. Resumes when the id is known. */
  send(intent: Intent): Promise<Sent>;
  /** As `send`, without waiting. */
  submit(intent: Intent): Promise<Hash>;
  /** Waits for a submitted intent; broadcasts the stored bytes again whenever the node lost them. */
  wait(id: Hash): Promise<Sent>;
  /** One round of `wait`, for whoever has a loop of their own: undefined while it is open; gives up as `wait` does. */
  look(id: Hash): Promise<Sent | undefined>;
  /** Broadcasts what earlier runs stored and the chain does not have; returns all that is not settled. */
  resume(from?: Address): Promise<readonly StoredTransaction[]>;
  /** What `bump` or `cancel` would sign now; signs nothing. */
  quote(id: Hash, kind: Replacement["kind"]): Promise<Replacement>;
  /** Signs, stores and broadcasts what was quoted. */
  replace(replacement: Replacement): Promise<Hash>;
  /** Replaces a stuck transaction by the same one with higher fees (at least 12.5 %). */
  bump(id: Hash): Promise<Hash>;
  /** Replaces a stuck transaction by an empty one to its own sender. */
  cancel(id: Hash): Promise<Hash>;
  /** Proves from the chain that its signed bytes can never be included any more; changes nothing. */
  proveLost(id: Hash): Promise<NonceTaker>;
  /** As `proveLost`, then allows the intent another nonce: the next `send` of it signs it anew. */
  release(id: Hash): Promise<NonceTaker>;
  state(record: StoredTransaction): Promise<TransactionState>;
  list(): Promise<readonly StoredTransaction[]>;
}
