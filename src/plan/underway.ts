/** Operations that timelocks of the snapshot hold already: a plan executes them instead of scheduling them again. */
import type { Address } from "viem";
import type { Call, Route, Underway } from "../operations/types.ts";
import type { Snapshot, TimelockOperation } from "../snapshot/types.ts";
import { sameAddress } from "./model.ts";

/** What is scheduled for these calls by this route, if anything, and all its calls in their order. */
export type FindScheduled = (route: Route, calls: readonly Call[]) => Scheduled | undefined;

export interface Scheduled extends Underway {
  calls: readonly Call[];
}

/** A call that a plan sends through a timelock. */
export interface TimelockCall {
  timelock: Address;
  call: Call;
}

/**
 * Only operations of which the plan wants every call: one that carries anything else was not made by this policy, and
 * executing it would do that too.
 */
export function findScheduled(snapshot: Snapshot, wanted: readonly TimelockCall[]): FindScheduled {
  const operations = snapshot.contracts.flatMap(({ address, timelock }) =>
    (timelock?.operations ?? [])
      .filter((operation) => operation.status === "waiting" || operation.status === "ready")
      .filter((operation) =>
        operation.calls.every((call) =>
          wanted.some((w) => sameAddress(w.timelock, address) && sameCall(w.call, call)),
        ),
      )
      .map((operation) => ({ timelock: address, operation })),
  );
  operations.sort((a, b) => (a.operation.readyAt < b.operation.readyAt ? -1 : 1));

  return (route, calls) => {
    if (route.kind !== "timelock") return undefined;
    const match = operations.find(
      ({ timelock, operation }) =>
        sameAddress(timelock, route.timelock) &&
        calls.every((call) => operation.calls.some((c) => sameCall(c, call))),
    );
    return match && toScheduled(match.operation);
  };
}

function toScheduled(operation: TimelockOperation): Scheduled {
  const { id, salt, predecessor, readyAt, expiresAt, calls } = operation;
  return { id, salt, predecessor, readyAt, expiresAt, calls };
}

export const sameCall = (a: Call, b: Call): boolean =>
  sameAddress(a.to, b.to) && a.value === b.value && a.data.toLowerCase() === b.data.toLowerCase();
