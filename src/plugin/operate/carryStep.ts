/**
 * Carries the steps of a plan by the same ways as any other operation: prepared, which simulates; compared with what
 * was agreed to; submitted; executed when its time has come, and simulated again before that.
 */
import type { Address, Hash } from "viem";
import { PortcullisError } from "../../errors.ts";
import { findDisagreement } from "../../operations/acts/agreement.ts";
import type { ActOutcome } from "../../operations/acts/types.ts";
import { nameOf } from "../../operations/describe.ts";
import { hashEffects } from "../../operations/effects/canonical.ts";
import { compareEffects } from "../../operations/effects/compare.ts";
import { formatComparison } from "../../operations/effects/format.ts";
import type { PlannedOperation } from "../../operations/types.ts";
import { type Carried, type Executor, reasonOf, type StepAttempt } from "../../plan/applyPlan.ts";
import { formatTime } from "../../plan/wording.ts";
import { prepareExecution } from "./execute.ts";
import type { ForeseenSafe } from "./foreseeSafe.ts";
import { inspectOperation } from "./inspect.ts";
import type { Operations } from "./open.ts";
import { type Proposal, prepareProposal, submitProposal } from "./propose.ts";
import { findUnderway, isUrgent, type StepRehearsal } from "./rehearsePlan.ts";

export interface CarryOptions {
  /** Time of the plan, seconds. */
  now: bigint;
  /** What was shown and agreed to, by step; what was refused then is not sent. */
  agreed?: ReadonlyMap<Hash, StepRehearsal>;
  simulator?: string;
  acceptChangedEffects?: boolean;
  acceptBrokenInvariants?: boolean;
}

/** @throws PortcullisError whatever acting throws; carried again, a step goes on where it stopped */
export function createStepExecutor(operations: Operations, options: CarryOptions): Executor {
  return { carry: (step, attempt) => carry(operations, step, attempt, options) };
}

async function carry(
  operations: Operations,
  step: PlannedOperation,
  attempt: StepAttempt,
  options: CarryOptions,
): Promise<Carried> {
  const transactions: Hash[] = [];
  const { book } = operations;
  const { refusal, safeTransaction: agreed } = options.agreed?.get(step.id) ?? {};
  if (refusal) return { kind: "refused", error: refusal };
  // Of what was not shown nothing is signed; the same command shows it.
  const unseen = ({ safeTransaction: found }: ForeseenSafe) =>
    options.agreed && found && findDisagreement(agreed, found, found.inner);
  let id = (await findUnderway(operations, step))?.id;
  if (id === undefined) {
    const proposal = await unlessRefused(() => prepareStep(operations, step, attempt, options));
    if (proposal instanceof PortcullisError) return { kind: "refused", error: proposal };
    const changed = unseen(proposal);
    if (changed) return { kind: "refused", error: changed };
    id = proposal.file.id;
    const { outcome, state } = await submitProposal(proposal);
    if (outcome.status === "waiting") return elsewhere(outcome, (address) => nameOf(address, book));
    transactions.push(...outcome.transactions);
    if (state.status === "done") return { kind: "executed", transactions };
    if (state.status === "waiting") return waitingFor(state.pending?.readyAt ?? 0n, transactions);
  }
  for (;;) {
    const inspected = await inspectOperation(operations, id);
    if (inspected.state.status === "done") return { kind: "executed", transactions };
    if (inspected.state.status === "waiting")
      return waitingFor(inspected.state.pending?.readyAt ?? 0n, transactions);
    const execution = await unlessRefused(() =>
      prepareExecution(operations, inspected, {
        simulator: options.simulator ?? "",
        acceptChangedEffects: options.acceptChangedEffects ?? false,
        acceptChangedPolicy: true,
        acceptBrokenInvariants: options.acceptBrokenInvariants ?? false,
        tightening: step.effect === "tightening",
        urgent: isUrgent(step, options.now),
      }),
    );
    if (execution instanceof PortcullisError) return { kind: "refused", error: execution };
    const changed = unseen(execution);
    // scheduled in this run and ready at once: its second transaction is shown by the next run
    if (changed && transactions.length > 0) return waitingFor(options.now, transactions);
    if (changed) return { kind: "refused", error: changed };
    const { outcome } = await execution.submit();
    if (outcome.status === "waiting") return elsewhere(outcome, (address) => nameOf(address, book));
    transactions.push(...outcome.transactions);
  }
}

/** @throws PortcullisError EFFECTS_CHANGED where it would not do what was just agreed to, and what preparing throws */
async function prepareStep(
  operations: Operations,
  step: PlannedOperation,
  attempt: StepAttempt,
  { now, agreed, simulator = "", acceptChangedEffects = false, acceptBrokenInvariants = false }: CarryOptions,
): Promise<Proposal> {
  const { title, deadline, calls, route } = step;
  const proposal = await prepareProposal(operations, {
    calls,
    title,
    reason: reasonOf(step, attempt.number),
    route,
    deadline,
    simulator,
    acceptChangedEffects,
    acceptBrokenInvariants,
    tightening: step.effect === "tightening",
    ...(isUrgent(step, now) ? { urgent: true as const } : {}),
  });
  const [shown, found] = [agreed?.get(step.id)?.effects, proposal.effects];
  if (!shown || !found || acceptChangedEffects || hashEffects(shown) === hashEffects(found)) return proposal;
  const difference = formatComparison(compareEffects(shown.canonical, found.canonical), operations.book);
  throw new PortcullisError("EFFECTS_CHANGED", `"${title}" would not do what was agreed to:\n${difference}`, {
    hint: "run the same command again and look at it anew, or add --accept-changed-effects",
    details: { agreed: hashEffects(shown), now: hashEffects(found) },
  });
}

/** What preparing refuses, before anything of the step is sent. */
async function unlessRefused<T>(prepare: () => Promise<T>): Promise<T | PortcullisError> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof PortcullisError) return error;
    throw error;
  }
}

function elsewhere(
  { safe, signed, threshold, missing, behind }: Extract<ActOutcome, { status: "waiting" }>,
  name: (address: Address) => string,
): Carried {
  const next =
    behind > 0
      ? `${behind} transaction${behind === 1 ? "" : "s"} of the Safe ${name(safe)} must be executed first`
      : `${signed.length} of ${threshold} owners of the Safe ${name(safe)} have signed; next: ${missing.map(name).join(", ")}`;
  return { kind: "elsewhere", next };
}

const waitingFor = (until: bigint, transactions: readonly Hash[]): Carried => ({
  kind: "waiting",
  until,
  next: `the same command again at ${formatTime(until)}`,
  transactions,
});
