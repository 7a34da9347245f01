/**
 * What a simulator is given, what it must be able to do, and what it hands back: raw facts of an execution, and the
 * chain as it is just before and just after, to be read with the same readers as any other chain.
 *
 * Units: times in seconds since the epoch, amounts in wei.
 */
import type { Address, Hash, Hex, PublicClient } from "viem";

export type SimulatorKind = "fork" | "simulateV1" | "embedded";

/** The abilities a simulation stands on; each is proved by a call whose answer is known, never assumed. */
export type Capability =
  | "pinned-block"
  | "impersonation"
  | "time-travel"
  | "sequence"
  | "call-tree"
  | "state-diff"
  | "logs"
  | "revert-to-snapshot"
  | "state-override";

/** One transaction of a simulation, sent by `from` whoever that is: no signature is asked for. */
export interface SimulatedTransaction {
  from: Address;
  /** Null creates a contract. */
  to: Address | null;
  /** wei */
  value: bigint;
  data: Hex;
  /** Of the block it is in. Times of a sequence never go back, and are later than the pinned block's. */
  time: bigint;
  /**
   * `setup` only brings the chain to where the operation can run (scheduling it, say); what it does is not counted.
   * `effect` is what is judged.
   */
  part: "setup" | "effect";
}

export interface StorageChange {
  slot: Hash;
  from: Hash;
  to: Hash;
}

/** What changed at one address, over the effect transactions. Absent fields did not change. */
export interface StateChange {
  address: Address;
  balance?: { from: bigint; to: bigint };
  nonce?: { from: number; to: number };
  /** Code, "0x" where there is none. */
  code?: { from: Hex; to: Hex };
  storage: readonly StorageChange[];
}

export interface RawLog {
  address: Address;
  topics: readonly Hex[];
  data: Hex;
}

export type CallType =
  | "CALL"
  | "STATICCALL"
  | "DELEGATECALL"
  | "CALLCODE"
  | "CREATE"
  | "CREATE2"
  | "SELFDESTRUCT";

/** A frame of the call tree, as the tracer gives it. */
export interface RawFrame {
  type: CallType;
  from: Address;
  /** The code's address for DELEGATECALL; the new contract for CREATE. Absent if a creation failed. */
  to?: Address;
  value: bigint;
  input: Hex;
  output: Hex;
  /** Present if the frame was rolled back. */
  error?: string;
  calls: readonly RawFrame[];
}

export interface ExecutedTransaction {
  success: boolean;
  /** Returned data, or revert data. */
  output: Hex;
  gasUsed: bigint;
  frame: RawFrame;
  logs: readonly RawLog[];
}

/** The chain at one moment of the simulation: read it at exactly this block. */
export interface Moment {
  side: "before" | "after";
  client: PublicClient;
  blockNumber: bigint;
  timestamp: bigint;
}

export interface Execution {
  /** Effect transactions only, in order; nothing runs after the first that fails. */
  executed: readonly ExecutedTransaction[];
  /** Set if a setup transaction failed: nothing of the effect was run. */
  failedSetup?: { transaction: SimulatedTransaction; output: Hex };
  /** Over all effect transactions, sorted by address and slot. */
  changes: readonly StateChange[];
}

/** `before` and `after` are at the same second: what passes by time alone is in both. */
export interface Observation<T> extends Execution {
  before: T;
  after: T;
}

export interface Simulator {
  readonly kind: SimulatorKind;
  readonly chainId: number;
  /** What every simulation stands on. */
  readonly block: { number: bigint; hash: Hash; timestamp: bigint };
  /** What was proved when it connected. */
  readonly proved: readonly Capability[];
  /**
   * Runs the transactions, and looks at the chain after them and then as it would be without the effect ones.
   *
   * @throws PortcullisError SIMULATION_IMPOSSIBLE where the chain behind it fails to answer (it never answers less),
   * SIMULATION_STALE where that chain moved on.
   */
  run<T>(
    transactions: readonly SimulatedTransaction[],
    look: (moment: Moment, execution: Execution) => Promise<T>,
  ): Promise<Observation<T>>;
  close(): Promise<void>;
}

/** A call with an expected result, evaluated after the operation. Exactly one bound, or `min` with `max`. */
export interface Invariant {
  name: string;
  to: Address;
  data: Hex;
  /** Bounds on the first returned word, as an unsigned integer. */
  min?: bigint;
  max?: bigint;
  /** The exact returned data. */
  equals?: Hex;
}

/** The most that may leave to a recipient: declared when the operation is proposed, and committed to. */
export interface AmountBound {
  /** "ETH", or the token. */
  asset: Address | "ETH";
  to: Address;
  /** wei, or the token's own units; for ERC-721 a count. */
  max: bigint;
}
