/** What GuardianRecovery would refuse of terms, said before anything is signed or sent. */
import { type Hex, size } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { RecoveryTerms } from "./terms.ts";

const HOUR = 3_600n;
const DAY = 86_400n;
const MOST_GUARDIANS = 32;

/** Seconds that a change of the terms waits: longer than any recovery takes. */
export const changeWait = ({ delay, expiry }: Pick<RecoveryTerms, "delay" | "expiry">): bigint =>
  2n * delay + expiry + DAY;

/** @throws PortcullisError RECOVERY_TERMS_INVALID */
export function requireTerms(terms: RecoveryTerms): void {
  const { threshold, vetoes, freeze, call, guardians, quarantine } = terms;
  requireRange("delay", terms.delay, HOUR, 90n * DAY);
  requireRange("expiry", terms.expiry, HOUR, 90n * DAY);
  requireRange("vetoes", BigInt(vetoes), 1n, 32n);
  requireRange("refill", terms.refill, 2n * changeWait(terms), 3_660n * DAY);
  // Other accounts than Portcullis's have neither freeze nor quarantine.
  requireRange("freeze", freeze, 0n, call === undefined ? 14n * DAY : 0n);
  requireRange("rest", terms.rest, freeze, 366n * DAY);
  requireRange("quarantine.duration", quarantine?.duration ?? 0n, 0n, call === undefined ? 90n * DAY : 0n);
  requireRange("quarantine.limit", quarantine?.limit ?? 0n, 0n, 2n ** 128n - 1n);
  requireRange("guardians", BigInt(guardians.length), 1n, BigInt(MOST_GUARDIANS));
  for (const { signer, weight } of guardians) {
    requireRange(`weight of ${signer}`, BigInt(weight), 1n, 255n);
    requireRange(`bytes of ${signer}`, BigInt(size(signer)), 20n, 65_535n);
  }
  const distinct = new Set<Hex>(guardians.map(({ signer }) => signer.toLowerCase() as Hex));
  if (distinct.size !== guardians.length) throw invalid("guardians", "names one twice", "name each once");
  const total = guardians.reduce((sum, { weight }) => sum + weight, 0);
  requireRange("threshold", BigInt(threshold), 1n, BigInt(total));
}

function requireRange(field: string, value: bigint, least: bigint, most: bigint): void {
  if (value >= least && value <= most) return;
  throw invalid(
    field,
    `is ${value}, not ${least} to ${most}`,
    `write ${least} to ${most} (times in seconds)`,
  );
}

const invalid = (field: string, problem: string, hint: string): PortcullisError =>
  new PortcullisError("RECOVERY_TERMS_INVALID", `${field} ${problem}`, { hint, details: { field } });
