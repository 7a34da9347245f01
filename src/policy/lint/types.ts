/** What a lint is, and what it finds. */
import type { Desired, DesiredContract } from "../desired.ts";
import type { Power } from "./power.ts";

/** `error` refuses a deployment outside development; `error` and `warning` fail `policy check`; `note` is only shown. */
export type Severity = "error" | "warning" | "note";

/** Legal but dangerous. */
export interface Lint {
  /** Kebab case, stable: what a policy accepts by name. */
  id: string;
  severity: Severity;
  /** Where the tier is production, when that differs. */
  production?: Severity;
  /** Finds nothing where the time is not known. */
  byTime?: true;
  /** Why it is dangerous: one or two sentences. */
  explanation: string;
  find(context: LintContext): readonly Danger[];
}

export interface Danger {
  /** What it is about, by its name in the policy: what "id:subject" accepts. */
  subject: string;
  message: string;
  /** What to write instead. */
  fix: string;
}

export interface LintContext {
  desired: Desired;
  power: Power;
  /** Seconds since the epoch; absent: nothing is judged by time. */
  now?: bigint;
}

export interface LintFinding extends Danger {
  id: string;
  severity: Severity;
  explanation: string;
  /** The reason the policy gives for accepting it. */
  accepted?: string;
}

/** Those that are managers, with what makes them one. */
export function managersOf(desired: Desired) {
  return desired.contracts.filter(
    (c): c is DesiredContract & { manager: NonNullable<DesiredContract["manager"]> } =>
      c.manager !== undefined,
  );
}

export function timelocksOf(desired: Desired) {
  return desired.contracts.filter(
    (c): c is DesiredContract & { timelock: NonNullable<DesiredContract["timelock"]> } =>
      c.timelock !== undefined,
  );
}

export function safesOf(desired: Desired) {
  return desired.contracts.filter(
    (c): c is DesiredContract & { safe: NonNullable<DesiredContract["safe"]> } => c.safe !== undefined,
  );
}

/** Of smart accounts, each with its name as "keeper.daily". */
export function sessionsOf(desired: Desired) {
  return desired.contracts.flatMap((account) =>
    (account.sessions ?? []).map(({ name, session }) => ({
      subject: `${account.name}.${name}`,
      account,
      session,
    })),
  );
}
