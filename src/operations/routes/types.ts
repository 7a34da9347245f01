/** How an operation moves along its route: stages, each an act of one principal, each leaving something pending. */
import type { Address, Hash } from "viem";
import type { Call } from "../types.ts";

/** Calls that one principal makes. A key sends them one after the other, a Safe as one transaction. */
export interface Act {
  /** Who must make them; `anyone` where the contract does not ask. */
  as: Address | "anyone";
  calls: readonly Call[];
  label: string;
}

/** What a contract holds between two stages. */
export interface Pending {
  kind: "timelock" | "manager";
  address: Address;
  /** One of a timelock; one per call of a manager. */
  ids: readonly Hash[];
}

export interface Stage {
  name: "schedule" | "execute";
  act: Act;
  /** What this stage leaves waiting. */
  opens?: Pending;
  /** What this stage carries out. */
  runs?: Pending;
}

export interface RoutePlan {
  /** Of the operation, as the last contract of the route knows it; where none does, our own hash. */
  id: Hash;
  salt: Hash;
  stages: readonly Stage[];
  /** How what is pending is called off, once it is; absent where nothing ever waits. By whom, the contract decides. */
  cancel?: { calls: readonly Call[]; pending: Pending };
}

/** What planning needs to know of the chain, by address of the timelock or manager. */
export interface RouteFacts {
  timelocks: Readonly<Record<Address, TimelockFacts>>;
  managers: Readonly<Record<Address, ManagerFacts>>;
}

export interface TimelockFacts {
  /** Seconds an operation waits at least. */
  delay: bigint;
  /** Zero address: anyone. */
  executors: readonly Address[];
}

export interface ManagerFacts {
  flavour: "portcullis" | "openzeppelin";
}
