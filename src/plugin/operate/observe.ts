/** Runs what is left of a route where it does no harm, and says what it does. */
import type { Address } from "viem";
import type { EffectReport } from "../../operations/effects/types.ts";
import { type Rehearsal, rehearse } from "../../operations/rehearse.ts";
import type { RoutePlan, Stage } from "../../operations/routes/types.ts";
import { simulate } from "../../operations/simulate/simulate.ts";
import type { AmountBound, SimulatedTransaction, Simulator } from "../../operations/simulate/types.ts";
import type { Operation } from "../../operations/types.ts";
import type { Project } from "../project.ts";
import { openSimulator } from "../simulator.ts";
import type { Operations } from "./open.ts";

/** Seconds. */
export interface ObserveTimes {
  now: bigint;
  readyAt: bigint;
  /** Between scheduling and executing. */
  wait: bigint;
}

export interface ObserveRequest {
  bounds?: readonly AmountBound[];
  /** Kind of simulator, the network's own when empty; one that is open is used, and left open. */
  simulator?: string | Simulator;
  /** Transactions that come before, and whose effects are not counted. */
  after?: readonly SimulatedTransaction[];
}

/** @throws PortcullisError SIMULATION_IMPOSSIBLE and its like, UNKNOWN_SIMULATOR */
export async function observe(
  operations: Operations,
  operation: Operation,
  plan: RoutePlan,
  from: Stage,
  times: ObserveTimes,
  request: ObserveRequest,
): Promise<EffectReport> {
  // What comes before takes a second each.
  const now = times.now + BigInt(request.after?.length ?? 0);
  return observeRehearsal(operations, rehearseRoute(operation, plan, from, { ...times, now }), request);
}

export function rehearseRoute(
  operation: Operation,
  plan: RoutePlan,
  from: Stage,
  { now, readyAt, wait }: ObserveTimes,
): Rehearsal {
  return rehearse({ operation, plan, from, now, readyAt, waitOf: (stage) => (stage.opens ? wait : 0n) });
}

export async function observeRehearsal(
  { project, book }: Operations,
  rehearsal: Rehearsal,
  { bounds, simulator: chosen, after = [] }: ObserveRequest,
): Promise<EffectReport> {
  const open = typeof chosen === "object" ? chosen : undefined;
  const simulator = open ?? (await openSimulator(project, chosen as string | undefined));
  try {
    return await simulate(simulator, {
      chainId: project.chainId,
      ...rehearsal,
      transactions: [...after, ...rehearsal.transactions],
      book,
      watch: worthWatching(project),
      invariants: project.desired.invariants,
      ...(bounds ? { bounds } : {}),
    });
  } finally {
    if (!open) await simulator.close();
  }
}

/**
 * What holds power by the policy, or runs code that something else chooses: its state may change although nothing of it
 * is touched (a proxy's, when its beacon is upgraded).
 */
function worthWatching({ desired }: Project): Address[] {
  return desired.contracts
    .filter(({ name }) => !desired.unresolved.includes(name))
    .filter(({ manager, timelock, safe, proxy }) => manager ?? timelock ?? safe ?? proxy)
    .map(({ address }) => address);
}
