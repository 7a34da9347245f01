/** A plan as a person reads it: in order, each step with its lane and when it can be in force. */
import type { Address } from "viem";
import type { Plan, PlannedOperation, Route } from "../operations/types.ts";
import { formatDuration } from "../policy/text/duration.ts";
import { formatTime } from "./wording.ts";

/**
 * @param nameOf the policy's name of an address
 * @param now seconds since the epoch
 */
export function formatPlan(plan: Plan, nameOf: (address: Address) => string, now: bigint): string {
  const lines: string[] = [];
  if (plan.steps.length === 0 && plan.findings.length === 0) lines.push("The chain is as the policy says.");
  const numbers = new Map(plan.steps.map((step, index) => [step.id, index + 1] as const));
  for (const [index, step] of plan.steps.entries()) {
    lines.push(...formatStep(step, index + 1, numbers, nameOf, now));
  }
  if (plan.waits.length > 0) lines.push("", "Under way, nothing to send:");
  for (const wait of plan.waits) lines.push(`  ${wait.path}: ${wait.title} at ${formatTime(wait.until)}`);
  if (plan.findings.length > 0) lines.push("", "Not in this plan:");
  for (const finding of plan.findings)
    lines.push(`  ${finding.path}: ${finding.message}`, `    → ${finding.hint}`);
  return lines.join("\n").replace(/^\n/, "");
}

const SIGN = { tightening: "−", neutral: "=", loosening: "+" } as const;

function formatStep(
  step: PlannedOperation,
  number: number,
  numbers: ReadonlyMap<string, number>,
  nameOf: (address: Address) => string,
  now: bigint,
): string[] {
  const lines = step.titles.map(
    (title, i) => `${i === 0 ? `${String(number).padStart(3)}. ${SIGN[step.effect]} ` : "       "}${title}`,
  );
  const before = step.after.map((id) => numbers.get(id)).filter((n) => n !== undefined);
  const lane = [
    `${step.effect}, ${formatRoute(step.route, nameOf)}`,
    ...(before.length > 0 ? [`after ${before.join(", ")}`] : []),
    timing(step, now),
  ];
  return [...lines, `       ${lane.join("; ")}`];
}

function timing({ underway, earliest }: PlannedOperation, now: bigint): string {
  if (underway !== undefined) {
    return underway.readyAt > now
      ? `scheduled: waiting until ${formatTime(underway.readyAt)}`
      : `scheduled and ready: next is to execute it${underway.expiresAt === 0n ? "" : ` before ${formatTime(underway.expiresAt)}`}`;
  }
  if (earliest.begin > now)
    return `not before ${formatTime(earliest.begin)}, done at ${formatTime(earliest.done)}`;
  return earliest.done > now ? `waits ${formatDuration(earliest.done - now)}` : "at once";
}

/** `council → timelock`, `directly by alice`. */
export function formatRoute(route: Route, nameOf: (address: Address) => string): string {
  switch (route.kind) {
    case "direct":
      return `directly by ${nameOf(route.from)}`;
    case "manager":
      return `scheduled at ${nameOf(route.manager)} by ${nameOf(route.from)}`;
    case "account":
      return `by the account ${nameOf(route.account)}`;
    case "safe":
      return `by the Safe ${nameOf(route.safe)}`;
    case "timelock":
      return `through the timelock ${nameOf(route.timelock)}, proposed ${formatRoute(route.proposer, nameOf)}`;
  }
}
