/** The refusals that follow from a report: what reverts, breaks an invariant or exceeds a bound is not proposed. */
import { PortcullisError } from "../../errors.ts";
import type { EffectReport } from "./types.ts";

/** @throws PortcullisError SIMULATION_REVERTED, INVARIANT_BROKEN, BOUND_EXCEEDED */
export function requireSafeEffects(report: EffectReport): void {
  if (!report.success) {
    throw new PortcullisError("SIMULATION_REVERTED", `The operation would revert: ${report.reason}`, {
      hint: "change the call or its arguments and propose again",
      details: { reason: report.reason, block: report.block.number.toString(), time: report.time.toString() },
    });
  }
  const broken = report.invariants.filter(({ holds }) => !holds);
  if (broken.length > 0) {
    const list = broken.map(({ name, got, expected }) => `${name} (expected ${expected}, got ${got})`);
    throw new PortcullisError(
      "INVARIANT_BROKEN",
      `The operation breaks what the policy declares: ${list.join("; ")}`,
      {
        hint: "change the operation, or the policy's `invariants` and run npx hardhat policy check",
        details: { broken },
      },
    );
  }
  const exceeded = report.bounds.filter(({ holds }) => !holds);
  if (exceeded.length > 0) {
    const list = exceeded.map(
      ({ asset, to, amount, max }) => `${amount} of ${asset} to ${to}, at most ${max} declared`,
    );
    throw new PortcullisError(
      "BOUND_EXCEEDED",
      `The operation moves more than declared: ${list.join("; ")}`,
      {
        hint: "declare the amount it really moves and propose again",
        details: { exceeded: exceeded.map(({ asset, to }) => ({ asset, to })) },
      },
    );
  }
}
