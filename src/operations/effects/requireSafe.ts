/**
 * The refusals that follow from a report: what reverts, breaks or worsens an invariant, or exceeds a bound goes nowhere.
 * While an invariant is broken already, power is still taken away and what mends it still goes: an emergency has to be
 * stopped. Anything else then needs the explicit word.
 */
import { PortcullisError } from "../../errors.ts";
import { tightens } from "./tightens.ts";
import type { EffectReport, InvariantResult } from "./types.ts";

export interface SafeEffectsOptions {
  /** It was found to take power away, by the plan or by what the command means; the effects still have to agree. */
  tightening?: boolean;
  /** Goes on although something the policy declares is broken already. */
  acceptBrokenInvariants?: boolean;
}

/** @throws PortcullisError SIMULATION_REVERTED, INVARIANT_BROKEN, INVARIANT_ALREADY_BROKEN, BOUND_EXCEEDED */
export function requireSafeEffects(report: EffectReport, options: SafeEffectsOptions = {}): void {
  requireRuns(report);
  requireInvariants(report, options);
  requireBounds(report);
}

function requireRuns(report: EffectReport): void {
  if (report.success) return;
  throw new PortcullisError("SIMULATION_REVERTED", `The operation would revert: ${report.reason}`, {
    hint: "change the call or its arguments and propose again",
    details: { reason: report.reason, block: report.block.number.toString(), time: report.time.toString() },
  });
}

function requireInvariants(
  report: EffectReport,
  { tightening = false, acceptBrokenInvariants = false }: SafeEffectsOptions,
): void {
  const broken = report.invariants.filter(({ change }) => change === "broken" || change === "worse");
  if (broken.length > 0) {
    throw new PortcullisError(
      "INVARIANT_BROKEN",
      `The operation breaks what the policy declares: ${list(broken)}`,
      {
        hint: "change the operation, or the policy's `invariants` and run npx hardhat policy check",
        details: { broken },
      },
    );
  }
  const before = report.invariants.filter(({ change }) => change === "still broken");
  if (before.length === 0 || acceptBrokenInvariants || tightens(report, tightening)) return;
  throw new PortcullisError(
    "INVARIANT_ALREADY_BROKEN",
    `What the policy declares is broken already, and the operation does not mend it: ${list(before)}`,
    {
      hint: "pause what is in danger, or mend that first; or add --accept-broken-invariants if this has to go on",
      details: { broken: before },
    },
  );
}

function list(results: readonly InvariantResult[]): string {
  return results
    .map(({ name, expected, got, before, change }) => {
      const was = change === "broken" ? "" : `, was ${before.got}`;
      return `${name} (expected ${expected}, got ${got}${was})`;
    })
    .join("; ");
}

function requireBounds(report: EffectReport): void {
  const exceeded = report.bounds.filter(({ holds }) => !holds);
  if (exceeded.length === 0) return;
  const list = exceeded.map(
    ({ asset, to, amount, max }) => `${amount} of ${asset} to ${to}, at most ${max} declared`,
  );
  throw new PortcullisError("BOUND_EXCEEDED", `The operation moves more than declared: ${list.join("; ")}`, {
    hint: "declare the amount it really moves and propose again",
    details: { exceeded: exceeded.map(({ asset, to }) => ({ asset, to })) },
  });
}
