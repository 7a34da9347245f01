/**
 * What each step of a plan would do, before a person agrees to the plan. A step is simulated after the steps it comes
 * after, whose transactions run first and are not counted: so a step that waits for another shows what it will do then.
 */
import type { Hash } from "viem";
import { PortcullisError } from "../../errors.ts";
import { operationOf } from "../../operations/advance.ts";
import { formatEffects } from "../../operations/effects/format.ts";
import { requireSafeEffects } from "../../operations/effects/requireSafe.ts";
import type { EffectReport } from "../../operations/effects/types.ts";
import { readOperationState } from "../../operations/lifecycle.ts";
import type { Rehearsal } from "../../operations/rehearse.ts";
import { planRoute } from "../../operations/routes/planRoute.ts";
import type { Stage } from "../../operations/routes/types.ts";
import type { SimulatedTransaction, Simulator } from "../../operations/simulate/types.ts";
import type { StoredSafeTransaction } from "../../operations/store/operationFile.ts";
import type { Plan, PlannedOperation } from "../../operations/types.ts";
import { openSimulator } from "../simulator.ts";
import { prepareExecution } from "./execute.ts";
import { foreignOperation, type Inspected, inspectOperation } from "./inspect.ts";
import { observeRehearsal, rehearseRoute } from "./observe.ts";
import type { Operations } from "./open.ts";
import { NOT_SIMULATED, withExecutor } from "./propose.ts";

export interface StepRehearsal {
  step: PlannedOperation;
  /** Absent where it was not simulated. */
  effects?: EffectReport;
  /** Why it will not be sent; the rest of the plan does not wait for it, except what comes after it. */
  refusal?: PortcullisError;
  /** What a Safe's owners will sign now; see foreseeSteps. */
  safeTransaction?: StoredSafeTransaction;
  /** What a person reads. */
  text: string;
}

export interface RehearseOptions {
  /** Time of the plan, seconds. */
  now: bigint;
  simulator?: string;
  acceptChangedEffects?: boolean;
  acceptBrokenInvariants?: boolean;
}

/** Takes power away in the moment it is sent: it does not wait for a simulator. */
export function isUrgent({ effect, earliest }: PlannedOperation, now: bigint): boolean {
  return effect === "tightening" && earliest.done <= now;
}

/** In the plan's order. @throws PortcullisError UNKNOWN_SIMULATOR */
export async function rehearsePlan(
  operations: Operations,
  plan: Plan,
  options: RehearseOptions,
): Promise<StepRehearsal[]> {
  if (plan.steps.length === 0) return [];
  const simulator = await unlessImpossible(openSimulator(operations.project, options.simulator));
  const done: { step: PlannedOperation; rehearsal: StepRehearsal; transactions: SimulatedTransaction[] }[] =
    [];
  try {
    for (const step of plan.steps) {
      const before = comesAfter(step, plan);
      const first = done.filter((d) => before.has(d.step.id));
      const refused = first.find(({ rehearsal }) => rehearsal.refusal);
      const run = async () => {
        if (simulator instanceof PortcullisError) throw simulator;
        const after = first.flatMap(({ transactions }) => transactions);
        return rehearseStep(operations, step, simulator, after, options);
      };
      const { transactions = [], ...rehearsal } = refused?.rehearsal.refusal
        ? refusedAfter(step, refused.rehearsal.refusal, plan.steps.indexOf(refused.step) + 1)
        : await refuse(step, options.now, run);
      done.push({ step, rehearsal, transactions });
    }
  } finally {
    if (!(simulator instanceof PortcullisError)) await simulator.close();
  }
  return done.map(({ rehearsal }) => rehearsal);
}

type Rehearsed = StepRehearsal & { transactions?: SimulatedTransaction[] };

async function refuse(
  step: PlannedOperation,
  now: bigint,
  run: () => Promise<Rehearsed>,
): Promise<Rehearsed> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PortcullisError)) throw error;
    if (error.code === "SIMULATION_IMPOSSIBLE" && isUrgent(step, now)) return { step, text: NOT_SIMULATED };
    return { step, refusal: error, text: `!! NOT SENT: ${error.message}` };
  }
}

const refusedAfter = (step: PlannedOperation, refusal: PortcullisError, number: number): Rehearsed => ({
  step,
  refusal,
  text: `!! NOT SENT: it comes after step ${number}, which is not sent`,
});

async function rehearseStep(
  operations: Operations,
  step: PlannedOperation,
  simulator: Simulator,
  after: readonly SimulatedTransaction[],
  options: RehearseOptions,
): Promise<Rehearsed> {
  const { acceptBrokenInvariants = false } = options;
  const safe = { tightening: step.effect === "tightening", acceptBrokenInvariants };
  const known = await findUnderway(operations, step);
  const rehearsal = await rehearsalOf(operations, step, known, after, options.now);
  const transactions = rehearsal.transactions.map((t) => ({ ...t, part: "setup" as const }));
  if (known?.state.status === "ready" && after.length === 0) {
    const { acceptChangedEffects = false } = options;
    const { effects, effectsText: text } = await prepareExecution(operations, known, {
      simulator,
      acceptChangedEffects,
      // That the plan holds it is the policy's word for it, whatever policy it was made under.
      acceptChangedPolicy: true,
      ...safe,
    });
    return { step, ...(effects ? { effects } : {}), text, transactions };
  }
  const effects = await observeRehearsal(operations, rehearsal, { simulator, after });
  requireSafeEffects(effects, safe);
  return { step, effects, text: formatEffects(effects, operations.book), transactions };
}

async function rehearsalOf(
  operations: Operations,
  step: PlannedOperation,
  known: Inspected | undefined,
  after: readonly SimulatedTransaction[],
  planned: bigint,
): Promise<Rehearsal> {
  const times = [planned, step.earliest.begin, ...after.map(({ time }) => time)];
  // Steps of which none waits for the other were rehearsed at the same second; one after the other they take longer.
  const now = times.reduce((a, b) => (b > a ? b : a)) + BigInt(after.length);
  if (known) {
    const operation = known.file ? operationOf(known.file) : foreignOperation(operations, known);
    const from = (known.state.stage ?? known.plan.stages.at(-1)) as Stage;
    const readyAt = known.state.pending?.readyAt ?? 0n;
    return rehearseRoute(operation, known.plan, from, { now, readyAt, wait: 0n });
  }
  const env = await withExecutor(operations, await operations.environment(step.route), step.route);
  const plan = planRoute(step, 0n, env.facts);
  const { stage = plan.stages[0], pending } = await readOperationState(env, plan, undefined, planned);
  const wait = step.earliest.done - step.earliest.begin;
  return rehearseRoute(step, plan, stage as Stage, { now, readyAt: pending?.readyAt ?? 0n, wait });
}

/** What the step waits for, where its file is here or a timelock's logs tell of it. */
export async function findUnderway(
  operations: Operations,
  { underway }: PlannedOperation,
): Promise<Inspected | undefined> {
  if (!underway) return undefined;
  try {
    return await inspectOperation(operations, underway.id);
  } catch (error) {
    if (error instanceof PortcullisError && error.code === "OPERATION_UNKNOWN") return undefined;
    throw error;
  }
}

/** Ids of all that has to be executed before. */
function comesAfter(step: PlannedOperation, plan: Plan): Set<Hash> {
  const found = new Set<Hash>();
  const visit = (ids: readonly Hash[]): void => {
    for (const id of ids.filter((other) => !found.has(other))) {
      found.add(id);
      visit(plan.steps.find((other) => other.id === id)?.after ?? []);
    }
  };
  visit(step.after);
  return found;
}

async function unlessImpossible(opening: Promise<Simulator>): Promise<Simulator | PortcullisError> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof PortcullisError && error.code === "SIMULATION_IMPOSSIBLE") return error;
    throw error;
  }
}
