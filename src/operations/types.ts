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
  | { kind: "manager"; manager: Address; from: Address }
  | { kind: "timelock"; timelock: Address; proposer: Route }
  | { kind: "safe"; safe: Address };

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
}

export interface Plan {
  chainId: number;
  steps: readonly PlannedOperation[];
}
