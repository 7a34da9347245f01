/** The currency of the whole system: what a plan is made of, what a person is shown, what a route carries. */
import type { Address, Hash, Hex } from "viem";

/** One call, exactly as it will reach `to`. */
export interface Call {
  to: Address;
  /** wei */
  value: bigint;
  data: Hex;
}

/** How an operation reaches the chain. */
export type Route =
  | { kind: "direct"; from: Address }
  /** `by` says how `from` acts where it is not a key itself (a Safe that is a role member, say). */
  | { kind: "manager"; manager: Address; from: Address; by?: Route }
  | { kind: "timelock"; timelock: Address; proposer: Route }
  | { kind: "safe"; safe: Address }
  /** Its owner signs, anyone submits. */
  | { kind: "account"; account: Address };

export interface Operation {
  chainId: number;
  title: string;
  reason: string;
  /** Seconds since the epoch; the operation is not to be executed at or after it. */
  deadline: bigint;
  calls: readonly Call[];
  route: Route;
  /** Hash of the canonical effects (see effects.ts), bound into the salt of what is scheduled. */
  effectsHash?: Hash;
}

/** A step of a plan. */
export interface PlannedOperation extends Operation {
  /** Stable within a plan: hash of chain, route and calls. What a resumed apply compares. */
  id: Hash;
  /** Tightening takes power away and goes first; loosening gives power and waits. */
  effect: "tightening" | "loosening" | "neutral";
  /** Ids of the steps that must have been executed before. */
  after: readonly Hash[];
  /** What each call does, in words; as long as `calls`. */
  titles: readonly string[];
  /** Where policy and chain differ (`Drift.path`), as far as this step repairs it. */
  paths: readonly string[];
  /** The earliest the step can be begun and be in force, if all before it goes without pause (seconds since the epoch). */
  earliest: { begin: bigint; done: bigint };
  /** The same calls are scheduled already: the step is to be executed, not scheduled again. */
  underway?: Underway;
}

/** A scheduled operation of the chain that a step is waiting for. */
export interface Underway {
  id: Hash;
  salt: Hash;
  predecessor?: Hash;
  readyAt: bigint;
  /** 0 where operations never expire. */
  expiresAt: bigint;
}

/** A change that time alone will finish: nothing is to be sent. */
export interface PlanWait {
  path: string;
  title: string;
  /** Seconds since the epoch. */
  until: bigint;
}

/** A difference that no operation of ours can repair, and why. */
export interface PlanFinding {
  path: string;
  /** Begins with "cannot be repaired by Portcullis: ". */
  message: string;
  hint: string;
}

export interface Plan {
  chainId: number;
  steps: readonly PlannedOperation[];
  waits: readonly PlanWait[];
  findings: readonly PlanFinding[];
}
