/** Real networks are strict: what a lint calls an error is refused there, unless the policy accepts it by name. */
import { PortcullisError } from "../errors.ts";
import type { Desired } from "./desired.ts";
import { lintPolicy } from "./lint/lintPolicy.ts";

/** @param now seconds since the epoch. Throws POLICY_DANGEROUS. */
export function enforceTier(desired: Desired, { now }: { now: bigint }): void {
  if (desired.tier === "development") return;
  const refused = lintPolicy(desired, { now }).filter(
    (f) => f.severity === "error" && f.accepted === undefined,
  );
  const [first] = refused;
  if (first === undefined) return;
  const lines = refused.map((f) => `  ${f.subject}: ${f.message} → ${f.fix}`);
  throw new PortcullisError(
    "POLICY_DANGEROUS",
    `"${desired.network}" is a ${desired.tier} network, and the policy is dangerous there:\n${lines.join("\n")}`,
    {
      hint: `change the policy, or accept a danger by name: accept: { "${first.id}:${first.subject}": "<reason>" }`,
      details: { refused: refused.map(({ id, subject, message, fix }) => ({ id, subject, message, fix })) },
    },
  );
}
