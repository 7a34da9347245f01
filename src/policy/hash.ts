/** A hash that two policies share exactly when they say the same. */
import { type Hash, keccak256, toHex } from "viem";
import { isRecord } from "./merge.ts";

/** keccak256 of the canonical JSON: keys sorted, no white space, bigints as decimal strings, undefined left away. */
export function hashCanonical(value: unknown): Hash {
  return keccak256(toHex(canonicalJson(value)));
}

export function canonicalJson(value: unknown): string {
  if (typeof value === "bigint") return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(",")}}`;
}
