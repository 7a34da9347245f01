/** Who can do what, through whom: powers, and the edges that say what it takes to gain one. */
import type { Address, Hex } from "viem";

/** Something somebody can be able to do. */
export type Power =
  /** Make this address call whatever it can call. Of a key: to sign with it. */
  | { kind: "act"; address: Address }
  /** Get past whatever guards a function. */
  | { kind: "call"; target: Address; selector: Hex }
  /** Get past a manager's rule for a function, or have the manager itself call it. */
  | { kind: "restricted"; manager: Address; target: Address; selector: Hex }
  /**
   * Use a role of a manager. The execution delay of who uses it is `atLeast` (seconds) where what it is used for asks for
   * that: the manager takes the larger of both. `atOnce`: it is used for what needs no delay.
   */
  | { kind: "role"; manager: Address; role: bigint; atLeast?: bigint; atOnce?: true }
  /** Use an AccessControl role. */
  | { kind: "accessRole"; contract: Address; role: Hex }
  | { kind: "duty"; timelock: Address; duty: Duty }
  | { kind: "owner"; contract: Address }
  /** Replace the code of a proxy: with it comes everything. */
  | { kind: "code"; contract: Address }
  /** Pause a contract, or shut it; or undo that. */
  | { kind: "halt" | "resume"; contract: Address }
  /** Nothing is needed. */
  | { kind: "anyone" };

export type Duty = "proposer" | "executor" | "canceller" | "guardian" | "admin";

/** Why an edge exists: what a person is told. */
export type Via =
  | { kind: "owner"; contract: Address }
  | { kind: "pendingOwner"; contract: Address }
  | { kind: "restricted"; manager: Address; target: Address; selector: Hex; role: bigint }
  | { kind: "publicRole"; manager: Address }
  | { kind: "member"; manager: Address; role: bigint; account: Address }
  | { kind: "grant"; manager: Address; role: bigint; by: bigint }
  | { kind: "remap"; manager: Address; target: Address }
  | { kind: "managerCall"; manager: Address }
  | { kind: "accessRole"; contract: Address; role: Hex }
  | { kind: "accessMember"; contract: Address; role: Hex; account: Address }
  | { kind: "accessGrant"; contract: Address; role: Hex; by: Hex }
  | { kind: "defaultAdminTransfer"; contract: Address }
  | { kind: "safe"; safe: Address; threshold: number; of: number }
  | { kind: "module"; safe: Address; module: Address }
  | { kind: "account"; account: Address; owner: Address }
  | { kind: "owners"; account: Address; threshold: number; of: number }
  | { kind: "session"; account: Address; key: Address }
  /** By guardians: `vetoes` that the owner has left, `quarantine` in seconds. */
  | { kind: "recovery"; account: Address; vetoes: number; quarantine: bigint }
  /** Asked for already. */
  | { kind: "recoveryRequest"; account: Address; newOwner: Address }
  /** By a module that is not understood. */
  | { kind: "recoveryModule"; account: Address; module: Address }
  | { kind: "timelock"; timelock: Address }
  | { kind: "duty"; timelock: Address; duty: Duty; account: Address }
  | { kind: "timelockAdmin"; timelock: Address; account: Address }
  | { kind: "upgrade"; contract: Address; proxy: "uups" | "transparent" | "beacon" }
  | { kind: "contractOwner"; contract: Address }
  | { kind: "delegate"; account: Address; delegate: Address }
  | { kind: "halt" | "resume"; contract: Address; by: "pause" | "target" | "veto" | "timelock" }
  | { kind: "open" };

/** With `threshold` of `needs`, `gains` follows. */
export interface Edge {
  gains: Power;
  /** `wait`: seconds that pass between having it and gaining. */
  needs: readonly { power: Power; wait: bigint }[];
  threshold: number;
  via: Via;
  /** Who can stop it while it waits. */
  vetoers: readonly Address[];
  /** First second at which it is over; 0: never. */
  expires: bigint;
  /** Set where the chain does not say that it is so, but does not exclude it. */
  assumed?: true;
}

/** What a function asks of its caller, where that was found out (see `probeGuard`). */
export type Guard = { kind: "open" } | { kind: "owner" } | { kind: "managed" } | { kind: "role"; role: Hex };

export interface KnownGuard {
  target: Address;
  selector: Hex;
  guard: Guard;
}

export function powerId(power: Power): string {
  switch (power.kind) {
    case "act":
      return `act:${power.address}`;
    case "call":
      return `call:${power.target}:${power.selector}`;
    case "restricted":
      return `restricted:${power.manager}:${power.target}:${power.selector}`;
    case "role":
      return `role:${power.manager}:${power.role}${power.atOnce ? ":at once" : power.atLeast ? `:${power.atLeast}` : ""}`;
    case "accessRole":
      return `accessRole:${power.contract}:${power.role}`;
    case "duty":
      return `duty:${power.timelock}:${power.duty}`;
    case "owner":
      return `owner:${power.contract}`;
    case "code":
      return `code:${power.contract}`;
    case "halt":
    case "resume":
      return `${power.kind}:${power.contract}`;
    case "anyone":
      return "anyone";
  }
}
