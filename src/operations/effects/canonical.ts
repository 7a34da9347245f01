/** The committed part of a report as one sequence of bytes, and its hash. */
import { type Hash, keccak256, stringToHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { CanonicalEffects, EffectReport } from "./types.ts";

/** JSON with sorted keys and no spaces: equal data are equal bytes. Strings, booleans, integers and null only. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(",")}}`;
  }
  throw new PortcullisError(
    "EFFECTS_NOT_CANONICAL",
    `Effects hold a ${typeof value}, which has no canonical form`,
    {
      hint: "restore the operation file from version control",
    },
  );
}

export function hashCanonicalEffects(effects: CanonicalEffects): Hash {
  return keccak256(stringToHex(canonicalJson(effects)));
}

/** @throws PortcullisError SIMULATION_REVERTED: what fails has no effects to commit to. */
export function hashEffects(report: EffectReport): Hash {
  if (!report.success) {
    throw new PortcullisError(
      "SIMULATION_REVERTED",
      `The operation would revert: ${report.reason ?? "no reason given"}`,
      {
        hint: "change the call or its arguments and propose again",
      },
    );
  }
  return hashCanonicalEffects(report.canonical);
}
