/** What the planners of the surfaces return, and what they are given. */
import type { Address } from "viem";
import type { Call, PlannedOperation } from "../operations/types.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { ContractState, DelayState } from "../snapshot/types.ts";
import type { CheckedImplementation } from "./checkedImplementation.ts";
import type { Model } from "./model.ts";
import type { KeyProofs, Rotation } from "./rotation.ts";

export type Effect = PlannedOperation["effect"];

/** An address that may make a call, as `msg.sender`. */
export interface Caller {
  address: Address;
  /** Where the caller must first schedule with a manager: which, and how long it waits (the longest of these). */
  manager?: { address: Address; delays: readonly DelayState[] };
  /** When the power begins (seconds since the epoch); 0 for at once. */
  since: bigint;
  /** Where the power is written: a change of it must not overtake a use of it. */
  source: string;
}

/** One difference between wanted and found, and the next calls that narrow it. */
export interface Change {
  /** Where policy and chain differ, in the policy's names: `manager.roles.treasurer.members.alice`. */
  path: string;
  wanted: string;
  found: string;
  title: string;
  effect: Effect;
  /** All of them together, by one caller. Empty where the difference cannot be repaired. */
  calls: readonly Call[];
  /** `anyone`: no power is needed. */
  callers: readonly Caller[] | "anyone";
  /** The part of the state that is written, and those that were looked at: `<address>/<surface>/<item>`. */
  writes: string;
  reads: readonly string[];
  /** Later among changes of the same effect; hand-overs go last. */
  rank?: number;
  /** Not before this time (seconds since the epoch). */
  notBefore?: bigint;
  /** Goes into one operation only with changes of the same group (default: any). */
  group?: string;
  /** Another change must come first; says which, in words. */
  blocked?: string;
  /** Why nothing can be sent for it. */
  impossible?: { why: string; hint: string };
  /** The state afterwards; `at` is when the calls are executed. */
  apply(model: Model, at: bigint): void;
}

/** Something that only time finishes. */
export interface Wait {
  path: string;
  title: string;
  until: bigint;
}

export interface SurfaceInput {
  wanted: DesiredContract;
  found: ContractState;
  context: PlanContext;
}

export interface SurfacePlan {
  changes: Change[];
  waits?: Wait[];
}

/** The planner of one surface: everything in which it differs, in the model as it is now. */
export type SurfacePlanner = (input: SurfaceInput) => SurfacePlan;

export interface PlanContext {
  desired: Desired;
  model: Model;
  /** Seconds since the epoch: of the plan, not of the step. */
  now: bigint;
  /** When a call would reach its target, where that is not `now` (seconds since the epoch): for lanes. */
  execution?: bigint;
  /** The policy's name of an address, or the address. */
  nameOf(address: Address): string;
  /** The policy gives the address a name. */
  isKnown(address: Address): boolean;
  /** The policy has a signer for it. */
  canSign(address: Address): boolean;
  /** The policy declares it as a key, wherever that is. */
  isDeclaredKey(address: Address): boolean;
  /** The account that makes calls which need no power. */
  from?: Address;
  /** Loosening takes the fastest lane, not the slowest. */
  hurry: boolean;
  rotations: readonly Rotation[];
  proofs: KeyProofs;
  implementations: readonly CheckedImplementation[];
}

/** A change for which nothing can be sent, and why. */
export function impossible(
  at: Pick<Change, "path" | "wanted" | "found" | "effect">,
  why: string,
  hint: string,
): Change {
  return {
    ...at,
    title: at.path,
    calls: [],
    callers: [],
    writes: at.path,
    reads: [],
    impossible: { why, hint },
    apply: () => {},
  };
}
