/** Carries a step out along its route: kept as an operation file, then sent, scheduled or signed as the route asks. */
import type { Address, Hash } from "viem";
import { type AdvanceEnvironment, advance, draftOperation } from "../operations/advance.ts";
import { readOperationState } from "../operations/lifecycle.ts";
import { readRouteFacts } from "../operations/routes/readPending.ts";
import { executeCall } from "../operations/routes/timelock.ts";
import type { Act } from "../operations/routes/types.ts";
import type { PlannedOperation } from "../operations/types.ts";
import type { Snapshot } from "../snapshot/types.ts";
import type { Carried, Executor, StepAttempt } from "./applyPlan.ts";
import { sameAddress, ZERO_ADDRESS } from "./model.ts";
import { formatTime } from "./wording.ts";

export interface RouteExecutorParameters {
  /** All that acting needs; the facts of a route are read when it is taken. */
  env: Omit<AdvanceEnvironment, "facts">;
  /** What the plan was made from: who may execute at a timelock. */
  snapshot: Snapshot;
  policyHash: Hash;
  nameOf(address: Address): string;
}

/** @throws PortcullisError whatever acting throws; carried again, a step goes on where it stopped */
export function createRouteExecutor(parameters: RouteExecutorParameters): Executor {
  return { carry: (step, attempt) => carry(parameters, step, attempt) };
}

async function carry(
  { env: base, snapshot, policyHash, nameOf }: RouteExecutorParameters,
  step: PlannedOperation,
  attempt: StepAttempt,
): Promise<Carried> {
  const executors = (timelock: Address) =>
    snapshot.contracts.find((c) => sameAddress(c.address, timelock))?.timelock?.executors ?? [];
  const env: AdvanceEnvironment = {
    ...base,
    facts: await readRouteFacts(base.client, step.route, executors),
  };
  const draft = await draftOperation(
    { operation: operationOf(step, attempt), text: step.titles.join("\n"), policyHash },
    env,
  );
  const transactions: Hash[] = [];
  let { file, state } = draft;

  if (step.underway !== undefined && step.route.kind === "timelock" && draft.plan.id !== step.underway.id) {
    // Scheduled by somebody else, or from another folder: it only has to be executed.
    const act = executeUnderway(step, executors(step.route.timelock));
    const done = await advance({ file, act, stage: "execute", state }, env);
    return outcomeOf(done.outcome, transactions, nameOf) ?? { kind: "executed", transactions };
  }
  for (;;) {
    const { stage } = state;
    if (state.status === "waiting") return waitingFor(state.pending?.readyAt ?? 0n, transactions);
    if (stage === undefined) return { kind: "executed", transactions };
    const done = await advance({ file, act: stage.act, stage: stage.name, state }, env);
    const open = outcomeOf(done.outcome, transactions, nameOf);
    if (open !== null) return open;
    file = done.file;
    if (stage === draft.plan.stages.at(-1) || stage.act === draft.plan.stages.at(-1)?.act) {
      return { kind: "executed", transactions };
    }
    state = await readOperationState(env, draft.plan, file, await env.now());
  }
}

/** The reason tells attempts apart: an operation that ended is not taken for this one. */
function operationOf(step: PlannedOperation, attempt: StepAttempt) {
  const { chainId, title, reason, deadline, calls, route } = step;
  const again = attempt.number > 1 ? ` (attempt ${attempt.number})` : "";
  return { chainId, title, reason: `${reason}${again}`, deadline, calls, route };
}

function executeUnderway(step: PlannedOperation, executors: readonly Address[]): Act {
  const { underway, route, calls, title } = step;
  const timelock = route.kind === "timelock" ? route.timelock : ZERO_ADDRESS;
  const none: Hash = `0x${"00".repeat(32)}`;
  return {
    as: executors.some((e) => sameAddress(e, ZERO_ADDRESS)) ? "anyone" : (executors[0] ?? ZERO_ADDRESS),
    calls: [executeCall(timelock, calls, underway?.predecessor ?? none, underway?.salt ?? none)],
    label: `execute: ${title}`,
  };
}

type Outcome = Awaited<ReturnType<typeof advance>>["outcome"];

/** Null where the act is done; its transactions are added. */
function outcomeOf(
  outcome: Outcome,
  transactions: Hash[],
  nameOf: (address: Address) => string,
): Carried | null {
  if (outcome.status === "done") {
    transactions.push(...outcome.transactions);
    return null;
  }
  const { safe, signed, threshold, missing, behind } = outcome;
  const whom = missing.map(nameOf).join(", ");
  const next =
    behind > 0
      ? `${behind} transaction${behind === 1 ? "" : "s"} of the Safe ${nameOf(safe)} must be executed first`
      : `${signed.length} of ${threshold} owners of the Safe ${nameOf(safe)} have signed; next: ${whom}`;
  return { kind: "elsewhere", next };
}

const waitingFor = (until: bigint, transactions: readonly Hash[]): Carried => ({
  kind: "waiting",
  until,
  next: `the same command again at ${formatTime(until)}`,
  transactions,
});
