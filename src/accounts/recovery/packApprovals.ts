/** The signatures of a file, as GuardianRecovery takes them: each under its guardian's index in the terms, rising. */
import { concatHex, type Hex, numberToHex, size } from "viem";
import { decodeTerms, sortGuardians } from "./terms.ts";

interface PackedApprovals {
  approvals: Hex;
  /** Of those who signed. */
  weight: number;
}

/** @param signatures of guardians of other places they are left away */
export function packApprovals(
  terms: Hex,
  signatures: readonly { signer: Hex; signature: Hex }[],
): PackedApprovals {
  let weight = 0;
  const parts = sortGuardians(decodeTerms(terms).guardians).flatMap((guardian, index): Hex[] => {
    const found = signatures.find(({ signer }) => signer.toLowerCase() === guardian.signer.toLowerCase());
    if (found === undefined) return [];
    weight += guardian.weight;
    return [
      numberToHex(index, { size: 1 }),
      numberToHex(size(found.signature), { size: 2 }),
      found.signature,
    ];
  });
  return { approvals: concatHex(["0x", ...parts]), weight };
}
