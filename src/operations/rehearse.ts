/** The transactions of a route as a simulator runs them: what only leads there, and the stage whose effects are judged. */
import { type Address, zeroAddress } from "viem";
import { callerOf } from "./routes/planRoute.ts";
import type { RoutePlan, Stage } from "./routes/types.ts";
import type { SimulatedTransaction } from "./simulate/types.ts";
import type { Operation } from "./types.ts";

export interface Rehearsal {
  transactions: readonly SimulatedTransaction[];
  /** The account whose outgoing calls are the operation, where they go through it. */
  origin?: Address;
}

export interface RehearseParameters {
  operation: Operation;
  plan: RoutePlan;
  /** The first stage that has not happened on the chain. */
  from: Stage;
  /** Time of the latest block, seconds. */
  now: bigint;
  /** When what waits now is ready. */
  readyAt: bigint;
  /** Seconds that what a stage opens will wait. */
  waitOf(stage: Stage): bigint;
}

export function rehearse(parameters: RehearseParameters): Rehearsal {
  const { operation, plan, from, now, readyAt, waitOf } = parameters;
  const stages = plan.stages.slice(plan.stages.indexOf(from));
  let time = (readyAt > now ? readyAt : now) + 1n;
  const transactions = stages.flatMap((stage) => {
    const part = stage === plan.stages.at(-1) ? ("effect" as const) : ("setup" as const);
    // Each is in a block of its own, a second after the one before: what opens last is what has to be waited for.
    const sent = stage.act.calls.map(
      (call, index): SimulatedTransaction => ({
        from: senderOf(stage),
        ...call,
        time: time + BigInt(index),
        part,
      }),
    );
    time += BigInt(sent.length) + waitOf(stage);
    return sent;
  });
  const last = plan.stages.at(-1);
  return { transactions, ...(last?.runs ? { origin: callerOf(operation.route) } : {}) };
}

/** Where anyone may act, somebody without any right does: nothing then rests on who executes. */
function senderOf({ act }: Stage): Address {
  const nobody: Address = "0x00000000000000000000000000000000000f0f0f";
  return act.as === "anyone" || act.as === zeroAddress ? nobody : act.as;
}
