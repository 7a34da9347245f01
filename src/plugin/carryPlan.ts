/** Shows a plan, asks, and carries it out with the project's signers and sender. */
import type { Address } from "viem";
import { decodeCall } from "../operations/decode/decodeCall.ts";
import { formatCall } from "../operations/format.ts";
import { openOperationStore } from "../operations/store/operationStore.ts";
import type { Plan } from "../operations/types.ts";
import { openApplyJournal } from "../plan/applyJournal.ts";
import { type ApplyReport, applyPlan, createRouteExecutor, formatPlan } from "../plan/index.ts";
import { formatTime } from "../plan/wording.ts";
import { safeInfrastructure } from "../safe/infrastructure.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { rememberKeys } from "./planProject.ts";
import type { Project } from "./project.ts";

export interface CarryContext {
  progress(line: string): void;
  confirm(question: string): Promise<boolean>;
}

export interface Carried {
  report: ApplyReport | null;
  text: string;
}

export const nameIn =
  ({ book }: Project) =>
  (address: Address): string =>
    book.entries.find((entry) => entry.address.toLowerCase() === address.toLowerCase())?.name ?? address;

/** The plan as text, with what each call says, decoded from the bytes that will be sent. */
export function showPlan(project: Project, plan: Plan, now: bigint): string {
  const calls = plan.steps.flatMap((step, index) =>
    step.calls.map((call) => `  ${index + 1}: ${formatCall(decodeCall(call, project.book), project.book)}`),
  );
  const shown = formatPlan(plan, nameIn(project), now);
  return calls.length === 0 ? shown : `${shown}\n\nWhat will be called:\n${calls.join("\n")}`;
}

/** Report null: nothing was sent, because there is nothing to send, it was a dry run, or the answer was no. */
export async function carryPlan(
  project: Project,
  { plan, snapshot }: { plan: Plan; snapshot: Snapshot },
  context: CarryContext,
  { dryRun, again }: { dryRun: boolean; again: string },
): Promise<Carried> {
  const now = snapshot.block.timestamp;
  const shown = showPlan(project, plan, now);
  if (plan.steps.length === 0 || dryRun) return { report: null, text: shown };
  process.stderr.write(`${shown}\n`);
  const count = plan.steps.length;
  if (
    !(await context.confirm(
      `Carry out ${count === 1 ? "this step" : `these ${count} steps`} on ${project.network}?`,
    ))
  ) {
    return { report: null, text: "Nothing was sent." };
  }
  const executor = createRouteExecutor({
    env: {
      chainId: project.chainId,
      client: project.client,
      provider: project.connection.provider as never,
      sender: project.sender,
      signers: project.signers,
      relayers: project.desired.signers.map((signer) => signer.address),
      infrastructure: () => safeInfrastructure(project.chainId),
      fromBlock: project.manifest?.fromBlock ?? 0n,
      now: project.now,
      store: openOperationStore(project.files),
    },
    snapshot,
    policyHash: project.desired.policyHash,
    nameOf: nameIn(project),
  });
  const report = await applyPlan(plan, executor, openApplyJournal(project.files), {
    now,
    progress: (step) => context.progress(step.title),
  });
  if (report.executed.length === plan.steps.length) await rememberKeys(project);
  return { report, text: describeReport(report, again) };
}

/** `again`: the command that goes on. */
function describeReport(
  { executed, waiting, elsewhere, later, comeBackAt }: ApplyReport,
  again: string,
): string {
  const lines = [
    ...executed.map(({ step }) => `done: ${step.title}`),
    ...waiting.map(({ step, until }) => `waiting until ${formatTime(until)}: ${step.title}`),
    ...elsewhere.map(({ step, next }) => `not here: ${step.title}: ${next}`),
    ...later.map((step) => `later: ${step.title}`),
  ];
  if (comeBackAt !== undefined) lines.push(`Come back at ${formatTime(comeBackAt)}: ${again}`);
  return lines.join("\n");
}
