/**
 * Carries out a plan, as far as that goes now: what has to wait is scheduled, and executed by a later run.
 *
 * Nothing is done twice. Each run plans from a fresh snapshot, so what happened is no longer in the plan; what an
 * interrupted run had begun is in the journal, and goes on under the same attempt, whose transactions have the same ids
 * and therefore the same bytes (see the sender).
 */
import { concatHex, type Hash, keccak256, numberToHex, stringToHex } from "viem";
import type { PortcullisError } from "../errors.ts";
import type { Plan, PlannedOperation } from "../operations/types.ts";

/** What became of a step. */
export type Carried =
  | { kind: "executed"; transactions: readonly Hash[] }
  /** Scheduled on the chain; ready at `until` (seconds since the epoch). */
  | { kind: "waiting"; until: bigint; next: string; transactions: readonly Hash[] }
  /** Somebody else has to sign; `next` says who and how. */
  | { kind: "elsewhere"; next: string }
  /** Nothing of it was sent: what it would do is not what was agreed to, or nothing can tell what it would do. */
  | { kind: "refused"; error: PortcullisError };

/** Sends what a step's route needs. */
export interface Executor {
  /** Throws `PortcullisError` for what the user can mend; the step can then be carried again. */
  carry(step: PlannedOperation, attempt: StepAttempt): Promise<Carried>;
}

export interface StepAttempt {
  /** From 1 on; a new one when an earlier attempt had come to an end and the step is needed again. */
  number: number;
  /** Id of one transaction of this attempt: the same for the same part, so that it is never sent twice. */
  intentId(part: string): Hash;
}

export interface ApplyRecord {
  id: Hash;
  title: string;
  attempt: number;
  /** `begun`: something may have been sent. `scheduled`: it waits on the chain. `ended`: executed, or gone. */
  state: "begun" | "scheduled" | "ended";
}

/** Where the progress of plans is kept. `put` returns only when the record would survive a power cut. */
export interface ApplyJournal {
  list(): Promise<readonly ApplyRecord[]>;
  put(record: ApplyRecord): Promise<void>;
}

export interface ApplyReport {
  executed: readonly { step: PlannedOperation; transactions: readonly Hash[] }[];
  waiting: readonly { step: PlannedOperation; until: bigint; next: string }[];
  elsewhere: readonly { step: PlannedOperation; next: string }[];
  refused: readonly { step: PlannedOperation; error: PortcullisError }[];
  /** Not begun: steps before them are not executed yet. */
  later: readonly PlannedOperation[];
  /** The next time at which there is something to do (seconds since the epoch). */
  comeBackAt?: bigint;
}

/**
 * @param now seconds since the epoch: steps that can begin only later are left for a later run
 * @param progress told of each step as it is begun
 */
export async function applyPlan(
  plan: Plan,
  executor: Executor,
  journal: ApplyJournal,
  options: { now: bigint; progress?: (step: PlannedOperation) => void },
): Promise<ApplyReport> {
  const records = await endStale(plan, journal);
  const executed: { step: PlannedOperation; transactions: readonly Hash[] }[] = [];
  const waiting: { step: PlannedOperation; until: bigint; next: string }[] = [];
  const elsewhere: { step: PlannedOperation; next: string }[] = [];
  const refused: { step: PlannedOperation; error: PortcullisError }[] = [];
  const later: PlannedOperation[] = [];
  const done = new Set<Hash>();

  for (const step of plan.steps) {
    if (!step.after.every((id) => done.has(id))) {
      later.push(step);
      continue;
    }
    const until = beginOf(step);
    if (until > options.now) {
      waiting.push({ step, until, next: "the same command again then" });
      continue;
    }
    options.progress?.(step);
    const record = await begin(step, records.get(step.id), journal);
    const carried = await executor.carry(step, attemptOf(step.id, record.attempt));
    if (carried.kind === "executed") {
      await journal.put({ ...record, state: "ended" });
      done.add(step.id);
      executed.push({ step, transactions: carried.transactions });
    } else if (carried.kind === "waiting") {
      await journal.put({ ...record, state: "scheduled" });
      waiting.push({ step, until: carried.until, next: carried.next });
    } else if (carried.kind === "elsewhere") {
      elsewhere.push({ step, next: carried.next });
    } else {
      refused.push({ step, error: carried.error });
    }
  }
  const times = waiting.map((w) => w.until).concat(plan.waits.map((w) => w.until));
  const [first] = times.sort((a, b) => (a < b ? -1 : 1));
  return {
    executed,
    waiting,
    elsewhere,
    refused,
    later,
    ...(first === undefined ? {} : { comeBackAt: first }),
  };
}

/** What the journal has as open, but the chain no longer needs, has happened. */
async function endStale(plan: Plan, journal: ApplyJournal): Promise<Map<Hash, ApplyRecord>> {
  const records = new Map<Hash, ApplyRecord>();
  for (const record of await journal.list()) {
    const open = record.state !== "ended";
    const needed = plan.steps.some((step) => step.id === record.id);
    const current: ApplyRecord = open && !needed ? { ...record, state: "ended" } : record;
    if (current !== record) await journal.put(current);
    records.set(record.id, current);
  }
  return records;
}

/**
 * A begun attempt goes on. A scheduled one goes on while the chain still has it; if not, it was vetoed or it expired,
 * and the step needs a new attempt, as does one that had ended.
 */
async function begin(
  step: PlannedOperation,
  before: ApplyRecord | undefined,
  journal: ApplyJournal,
): Promise<ApplyRecord> {
  const attempt = attemptNumber(step, before);
  if (before?.attempt === attempt) return before;
  const record: ApplyRecord = { id: step.id, title: step.title, attempt, state: "begun" };
  await journal.put(record);
  return record;
}

/** Of the attempt that carrying this step now would be; `before`: its last record. */
export function attemptNumber(step: PlannedOperation, before: ApplyRecord | undefined): number {
  if (before?.state === "begun" || (before?.state === "scheduled" && step.underway !== undefined))
    return before.attempt;
  return (before?.attempt ?? 0) + 1;
}

/** The reason tells attempts apart: an operation that ended is not taken for this one. */
export function reasonOf({ reason }: PlannedOperation, attempt: number): string {
  return attempt > 1 ? `${reason} (attempt ${attempt})` : reason;
}

/** When there is something to do for this step; the seconds since the epoch. */
export function beginOf(step: PlannedOperation): bigint {
  return step.underway?.readyAt ?? step.earliest.begin;
}

function attemptOf(id: Hash, number: number): StepAttempt {
  return {
    number,
    intentId: (part) => keccak256(concatHex([id, numberToHex(number, { size: 32 }), stringToHex(part)])),
  };
}
