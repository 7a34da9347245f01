/** Going on with an operation that was begun and is not scheduled yet: the next owner signs. */

import { PortcullisError } from "../../errors.ts";
import { operationOf } from "../../operations/advance.ts";
import { describeState } from "../../operations/describe.ts";
import { hashEffects } from "../../operations/effects/canonical.ts";
import { compareEffects } from "../../operations/effects/compare.ts";
import { formatComparison, formatEffects } from "../../operations/effects/format.ts";
import { requireSafeEffects, type SafeEffectsOptions } from "../../operations/effects/requireSafe.ts";
import type { CanonicalEffects } from "../../operations/effects/types.ts";
import { formatCalls } from "../../operations/format.ts";
import { planRoute } from "../../operations/routes/planRoute.ts";
import type { Stage } from "../../operations/routes/types.ts";
import { inspectOperation } from "./inspect.ts";
import { observe } from "./observe.ts";
import type { Operations } from "./open.ts";
import { foreseen, type Proposal, submitProposal, withExecutor } from "./propose.ts";

export interface ResumeRequest extends SafeEffectsOptions {
  /** Kind of simulator, the network's own when empty. */
  simulator: string;
  /** Of the Safe that acts next; the kept or next free one when absent. */
  safeNonce?: bigint;
}

/**
 * The calls are decoded and simulated again, for the one who signs now.
 *
 * @throws PortcullisError OPERATION_UNKNOWN, OPERATION_FILE_CHANGED, EFFECTS_CHANGED, SIMULATION_*, INVARIANT_*
 */
export async function resumeProposal(
  operations: Operations,
  written: string,
  { simulator, safeNonce, ...options }: ResumeRequest,
): Promise<Proposal> {
  const { book, project } = operations;
  const { file, plan, state } = await inspectOperation(operations, written);
  if (!file) {
    throw new PortcullisError("OPERATION_FILE_MISSING", `The file of operation ${written} is not here`, {
      hint: "get it from whoever proposed it: deployments/<network>/operations/<id>.json",
    });
  }
  if (plan.id !== file.id || plan.salt !== file.salt) {
    throw new PortcullisError(
      "OPERATION_FILE_CHANGED",
      `The file of ${file.id.slice(0, 10)} does not hash to its own id: it was changed`,
      {
        hint: "restore it from version control: sign nothing",
        details: { id: file.id, hashed: plan.id, salt: file.salt, saltHashed: plan.salt },
      },
    );
  }
  const env = await withExecutor(operations, await operations.environment(file.route), file.route);
  const now = await project.now();
  const [first] = plan.stages;
  if (!first) throw new Error("a route has stages");
  const wait = file.route.kind === "timelock" ? (env.facts.timelocks[file.route.timelock]?.delay ?? 0n) : 0n;
  const text = formatCalls(file.calls, book);
  if (state.status === "draft" && state.begun) {
    const rest = await observeRest(operations, { file, plan, state }, { simulator, ...options });
    const shown = [text, "", `!! ${describeState(state, now)}`, ...rest].join("\n");
    return { file, plan, state, resumed: true, operations, env, text: shown };
  }
  const effects = await observe(
    operations,
    operationOf(file),
    plan,
    state.stage ?? first,
    { now, readyAt: state.pending?.readyAt ?? 0n, wait },
    { simulator },
  );
  requireSafeEffects(effects, options);
  if (file.effectsHash && hashEffects(effects) !== file.effectsHash) {
    const difference = formatComparison(
      compareEffects(file.effects as CanonicalEffects, effects.canonical),
      book,
    );
    throw new PortcullisError(
      "EFFECTS_CHANGED",
      `The operation would not do what was agreed to:\n${difference}`,
      {
        hint: "propose it again",
        details: { committed: file.effectsHash, now: hashEffects(effects) },
      },
    );
  }
  const shown = `${text}\n\n${formatEffects(effects, book)}`;
  return foreseen(
    { ...{ file, plan, state, resumed: true, operations, env, effects }, text: shown },
    safeNonce,
  );
}

/** Once more with what is kept by now (signatures from elsewhere); still only what was agreed to. */
export async function submitAgain(
  { operations, file, safeTransaction }: Proposal,
  request: ResumeRequest,
): ReturnType<typeof submitProposal> {
  const again = await resumeProposal(operations, file.id, request);
  return submitProposal({ ...again, ...(safeTransaction ? { safeTransaction } : {}) });
}

/** What was signed is as it was agreed to; what is still to be sent is simulated once more, as far as it acts by itself. */
async function observeRest(
  operations: Operations,
  { file, state }: Pick<Proposal, "file" | "plan" | "state">,
  { simulator, ...options }: ResumeRequest,
): Promise<string[]> {
  const { route } = file;
  const calls = file.calls.filter((_, index) => !state.begun?.included.includes(index));
  if ((route.kind !== "direct" && route.kind !== "safe") || calls.length === 0)
    return [file.effectsText ?? ""];
  const operation = { ...operationOf(file), calls };
  const env = await operations.environment(route);
  const plan = planRoute(operation, file.nonce, env.facts);
  const times = { now: await operations.project.now(), readyAt: 0n, wait: 0n };
  const effects = await observe(operations, operation, plan, plan.stages[0] as Stage, times, { simulator });
  requireSafeEffects(effects, options);
  return ["What is left of it:", formatEffects(effects, operations.book)];
}
