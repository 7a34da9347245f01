/** Numbers with units → integers, and integers → the shortest exact text. */
import type { NumberPart } from "./syntax.ts";

const seconds = { second: 1n, minute: 60n, hour: 3600n, day: 86_400n, week: 604_800n } as const;

/** wei for amounts, seconds for times. */
const units: Readonly<Record<string, bigint>> = {
  wei: 1n,
  gwei: 10n ** 9n,
  ether: 10n ** 18n,
  ...seconds,
  ...Object.fromEntries(Object.entries(seconds).map(([unit, size]) => [`${unit}s`, size])),
};

/** The integer, or why there is none. `1.5 ether`, `100e6`, `1_000`, `1 day 12 hours`. */
export function readInteger(parts: readonly NumberPart[]): bigint | { problem: string } {
  let total = 0n;
  for (const { text, unit } of parts) {
    if (parts.length > 1 && (unit === undefined || !(unit.replace(/s$/, "") in seconds))) {
      return { problem: "only times can have several parts, each with its unit" };
    }
    const size = unit === undefined ? 1n : units[unit];
    if (size === undefined) {
      return {
        problem: `${JSON.stringify(unit)} is no unit (wei, gwei, ether, seconds, minutes, hours, days, weeks)`,
      };
    }
    const [, sign, whole = "", fraction = "", exponent = "0"] =
      /^(-?)(\d+)(?:\.(\d+))?(?:[eE](\d+))?$/.exec(text.replaceAll("_", "")) ?? [];
    if (exponent.length > 2) return { problem: "its exponent is too large" };
    const scaled = BigInt(whole + fraction) * 10n ** BigInt(exponent) * size;
    const divisor = 10n ** BigInt(fraction.length);
    if (scaled % divisor !== 0n) {
      return {
        problem:
          unit === undefined ? "it is not a whole number" : `it is finer than the smallest part of a ${unit}`,
      };
    }
    total += ((sign === "-" ? -1n : 1n) * scaled) / divisor;
  }
  return total;
}

/** Decimal; round numbers of seven digits or more with their power of ten: `100e18`, `1.5e18`, `25e6`. */
export function writeInteger(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString();
  const sign = value < 0n ? "-" : "";
  for (const power of [18, 9, 6]) {
    if (digits.length <= power) continue;
    const fraction = digits.slice(-power).replace(/0+$/, "");
    if (fraction.length > 3) continue;
    return `${sign}${digits.slice(0, -power)}${fraction && `.${fraction}`}e${power}`;
  }
  return sign + digits;
}
