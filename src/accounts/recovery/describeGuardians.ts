/** Who recovers an account, in a few words: "2 of frank, grace, heidi". */
import type { Address, Hex } from "viem";
import type { RecoveryTerms } from "./terms.ts";

/** Weights are said where they are not all one. */
export function describeGuardians(
  { guardians, threshold }: Pick<RecoveryTerms, "guardians" | "threshold">,
  nameOf: (address: Address) => string,
): string {
  const plain = guardians.every(({ weight }) => weight === 1);
  const names = guardians
    .map(({ signer, weight }) => (plain ? wordOf(signer, nameOf) : `${wordOf(signer, nameOf)} (${weight})`))
    .sort();
  return `${plain ? "" : "weight "}${threshold} of ${names.join(", ")}`;
}

/** ERC-7913: a key's name, or what checks its signatures. */
const wordOf = (signer: Hex, nameOf: (address: Address) => string): string =>
  signer.length === 42
    ? nameOf(signer as Address)
    : `a key that ${nameOf(signer.slice(0, 42) as Address)} checks`;
