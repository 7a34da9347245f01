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
  outcome?: { status: "included" | "reverted" | "cancelled"; hash: Hash; block: bigint };
}

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
  /** Broadcasts what earlier runs stored and the chain does not have; returns all that is not settled. */
  resume(from?: Address): Promise<readonly StoredTransaction[]>;
  /** Replaces a stuck transaction by the same one with higher fees (at least 12.5 %). */
  bump(id: Hash): Promise<Hash>;
  /** Replaces a stuck transaction by an empty one to its own sender. */
  cancel(id: Hash): Promise<Hash>;
  list(): Promise<readonly StoredTransaction[]>;
}
