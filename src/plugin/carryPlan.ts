/** Shows a plan with what each step would do, asks, and carries it out with the project's signers and sender. */
import type { Address, Hash } from "viem";
import type { EffectReport } from "../operations/effects/types.ts";
import { formatCalls } from "../operations/format.ts";
import type { StoredSafeTransaction } from "../operations/store/operationFile.ts";
import type { Plan } from "../operations/types.ts";
import { openApplyJournal } from "../plan/applyJournal.ts";
import { type ApplyReport, applyPlan, formatPlan } from "../plan/index.ts";
import { formatTime } from "../plan/wording.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { createStepExecutor } from "./operate/carryStep.ts";
import { foreseeSteps } from "./operate/foreseeSteps.ts";
import { openOperations } from "./operate/open.ts";
import { rehearsePlan, type StepRehearsal } from "./operate/rehearsePlan.ts";
import { rememberKeys } from "./planProject.ts";
import type { Project } from "./project.ts";
import { stopped } from "./stopped.ts";

export interface CarryContext {
  progress(line: string): void;
  confirm(question: string): Promise<boolean>;
}

export interface CarryRequest {
  dryRun: boolean;
  /** The command that goes on. */
  again: string;
  simulator: string;
  acceptChangedEffects: boolean;
  acceptBrokenInvariants: boolean;
}

export interface Carried {
  /** Null: nothing was sent, because there is nothing to send or it was a dry run. */
  report: ApplyReport | null;
  /** What each step would do, by its id; steps that nothing could simulate are absent. */
  effects: Readonly<Record<Hash, EffectReport>>;
  /** What owners of Safes sign for the steps that are carried now, by the steps' ids. */
  safeTransactions: Readonly<Record<Hash, StoredSafeTransaction>>;
  text: string;
}

export const nameIn =
  ({ book }: Project) =>
  (address: Address): string =>
    book.entries.find((entry) => entry.address.toLowerCase() === address.toLowerCase())?.name ?? address;

/**
 * @throws PortcullisError SIMULATION_*, INVARIANT_*, EFFECTS_CHANGED where no step at all can be sent for that, and
 * what acting throws; STOPPED where the answer is no
 */
export async function carryPlan(
  project: Project,
  { plan, snapshot }: { plan: Plan; snapshot: Snapshot },
  context: CarryContext,
  { dryRun, again, ...words }: CarryRequest,
): Promise<Carried> {
  const now = snapshot.block.timestamp;
  const operations = await openOperations(project, snapshot);
  const count = plan.steps.length;
  if (count > 0) context.progress(`Simulating ${count === 1 ? "one step" : `${count} steps`}`);
  const journal = openApplyJournal(project.files);
  const rehearsed = await rehearsePlan(operations, plan, { now, ...words });
  const rehearsals = await foreseeSteps(operations, rehearsed, journal, now);
  const effects = Object.fromEntries(
    rehearsals.flatMap(({ step, effects }) => (effects ? [[step.id, effects]] : [])),
  );
  const safeTransactions = Object.fromEntries(
    rehearsals.flatMap(({ step, safeTransaction: t }) => (t ? [[step.id, t]] : [])),
  );
  const shown = showPlan(project, plan, rehearsals, now);
  const sent = rehearsals.filter(({ refusal }) => refusal === undefined);
  const [refused] = rehearsals.flatMap(({ refusal }) => refusal ?? []);
  const nothing = refused !== undefined && sent.length === 0;
  if (count === 0 || (dryRun && !nothing)) return { report: null, effects, safeTransactions, text: shown };
  if (nothing) {
    process.stderr.write(`${shown}\n`);
    throw refused;
  }
  const what = sent.length === 1 ? "this step" : `these ${sent.length} steps`;
  if (!(await context.confirm(`${shown}\n\nCarry out ${what} on ${project.network}?`))) {
    return stopped();
  }
  const agreed = new Map(rehearsals.map((rehearsal) => [rehearsal.step.id, rehearsal]));
  const executor = createStepExecutor(operations, { now, agreed, ...words });
  const report = await applyPlan(plan, executor, journal, {
    now,
    progress: (step) => context.progress(step.title),
  });
  const [first] = report.refused;
  if (first !== undefined && report.executed.length + report.waiting.length + report.elsewhere.length === 0)
    throw first.error;
  if (report.executed.length === plan.steps.length) await rememberKeys(project);
  return { report, effects, safeTransactions, text: `${shown}\n\n${describeReport(report, again)}` };
}

/** The plan, and for each step its calls, decoded from the bytes that will be sent, and its effects. */
function showPlan(project: Project, plan: Plan, rehearsals: readonly StepRehearsal[], now: bigint): string {
  const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "     ");
  const steps = rehearsals.map(
    ({ step, text }, index) =>
      `${String(index + 1).padStart(3)}. ${indent(formatCalls(step.calls, project.book)).trimStart()}\n${indent(text)}`,
  );
  const shown = formatPlan(plan, nameIn(project), now);
  return steps.length === 0 ? shown : `${shown}\n\nWhat each step does:\n\n${steps.join("\n\n")}`;
}

function describeReport(
  { executed, waiting, elsewhere, refused, later, comeBackAt }: ApplyReport,
  again: string,
): string {
  const lines = [
    ...executed.map(({ step }) => `done: ${step.title}`),
    ...waiting.map(({ step, until }) => `waiting until ${formatTime(until)}: ${step.title}`),
    ...elsewhere.map(({ step, next }) => `not here: ${step.title}: ${next}`),
    ...refused.map(({ step, error }) => `REFUSED: ${step.title}: ${error.message}\n  → ${error.hint}`),
    ...later.map((step) => `later: ${step.title}`),
  ];
  if (comeBackAt !== undefined) lines.push(`Come back at ${formatTime(comeBackAt)}: ${again}`);
  return lines.join("\n");
}
