/**
 * What owners of Safes will sign for the steps of a plan that are carried now, one after the other: a Safe's nonces
 * follow the order of the steps. A step that turns out otherwise is not signed (SAFE_TRANSACTION_CHANGED).
 */
import { type Address, type Hash, isAddressEqual } from "viem";
import { PortcullisError } from "../../errors.ts";
import { foreseeAct } from "../../operations/acts/foreseeAct.ts";
import { draftOperation } from "../../operations/advance.ts";
import { hashEffects } from "../../operations/effects/canonical.ts";
import type { Stage } from "../../operations/routes/types.ts";
import type { OperationFile } from "../../operations/store/operationFile.ts";
import { type ApplyJournal, attemptNumber, beginOf, reasonOf } from "../../plan/applyPlan.ts";
import { flattenLevels, readLevels, type SafeLevel } from "../../safe/nested.ts";
import { readSafe } from "../../safe/readSafe.ts";
import { withSafeText } from "./foreseeSafe.ts";
import { fileOfForeign } from "./inspect.ts";
import type { Operations } from "./open.ts";
import { withExecutor } from "./propose.ts";
import { findUnderway, type StepRehearsal } from "./rehearsePlan.ts";

/** The rehearsals, with what is signed added to the text of those that a Safe sends. */
export async function foreseeSteps(
  operations: Operations,
  rehearsals: readonly StepRehearsal[],
  journal: ApplyJournal,
  now: bigint,
): Promise<StepRehearsal[]> {
  const records = new Map((await journal.list()).map((record) => [record.id, record]));
  const before: OperationFile[] = [];
  const done = new Set<Hash>();
  const found: StepRehearsal[] = [];
  for (const rehearsal of rehearsals) {
    const { step, refusal } = rehearsal;
    const begins = step.after.every((id) => done.has(id)) && beginOf(step) <= now;
    if (refusal || !begins) {
      found.push(rehearsal);
      continue;
    }
    try {
      const attempt = attemptNumber(step, records.get(step.id));
      const { shown, file, complete } = await foreseeStep(operations, rehearsal, attempt, before);
      if (file) before.push(file);
      if (complete && step.earliest.done <= now) done.add(step.id);
      found.push(shown);
    } catch (error) {
      if (!(error instanceof PortcullisError)) throw error;
      found.push({ ...rehearsal, refusal: error, text: `!! NOT SENT: ${error.message}` });
    }
  }
  return found;
}

interface Foreseen {
  shown: StepRehearsal;
  /** With the Safe's transaction in it: the next one gets the next nonce. */
  file?: OperationFile;
  /** Nobody else has to sign. */
  complete: boolean;
}

async function foreseeStep(
  operations: Operations,
  rehearsal: StepRehearsal,
  attempt: number,
  before: readonly OperationFile[],
): Promise<Foreseen> {
  const { step, text } = rehearsal;
  const env = await withExecutor(operations, await operations.environment(step.route), step.route);
  const next = await findNext(operations, rehearsal, attempt);
  if (!next) return { shown: rehearsal, complete: true };
  const { file, stage } = next;
  const others = [...(await env.store.list()), ...before];
  const stored = await foreseeAct({ file, stage: stage.name, act: stage.act, others }, env);
  if (!stored) return { shown: rehearsal, complete: true };
  const safe = await readSafe(operations.client, stored.safe);
  const level = safe && (await readLevels(operations.client, safe, stored));
  const turn = before
    .flatMap((other) => other.safeTransactions)
    .filter((t) => isAddressEqual(t.safe, stored.safe)).length;
  const first = level && level.safe.nonce + BigInt(turn) === stored.transaction.nonce;
  const signed = stored.signatures.map(({ owner }) => owner);
  return {
    shown: {
      ...rehearsal,
      safeTransaction: stored,
      text: withSafeText(text, { safeTransaction: stored }, operations.book),
    },
    file: { ...file, safeTransactions: [stored] },
    complete: first === true && canComplete(level, [...signed, ...heldHere(level, operations.project)]),
  };
}

/** The file as it will be kept, and the stage that is next; undefined where none is. */
async function findNext(
  operations: Operations,
  { step, effects, text }: StepRehearsal,
  attempt: number,
): Promise<{ file: OperationFile; stage: Stage } | undefined> {
  const known = await findUnderway(operations, step);
  if (known) {
    const { stage } = known.state;
    const file = known.file ?? fileOfForeign(operations, known, await operations.project.now());
    return stage && { file, stage };
  }
  const env = await withExecutor(operations, await operations.environment(step.route), step.route);
  const { chainId, title, deadline, calls, route } = step;
  const reason = reasonOf(step, attempt);
  const hash = effects ? { effectsHash: hashEffects(effects) } : {};
  const operation = { chainId, title, reason, deadline, calls, route, ...hash };
  const { policyHash } = operations.project.desired;
  const { file, state } = await draftOperation({ operation, text, policyHash }, env);
  return state.stage && state.status === "draft" ? { file, stage: state.stage } : undefined;
}

function heldHere(level: SafeLevel, { signers }: Operations["project"]): Address[] {
  return flattenLevels(level)
    .flatMap(({ safe }) => safe.owners)
    .filter((owner) => signers.has(owner));
}

function canComplete({ safe, approved, inner }: SafeLevel, able: readonly Address[]): boolean {
  const agrees = (owner: Address) =>
    [...approved, ...able].some((address) => isAddressEqual(address, owner)) ||
    inner.some((other) => isAddressEqual(other.safe.address, owner) && canComplete(other, able));
  return safe.owners.filter(agrees).length >= safe.threshold;
}
