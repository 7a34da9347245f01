/** Which key of ours signs a file. */
import { type Address, getAddress, size } from "viem";
import type { ApprovalFile } from "../../accounts/recovery/approvalFile.ts";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import { PortcullisError } from "../../errors.ts";
import type { Signers } from "../../signers/types.ts";

/**
 * @param as name of a signer; empty: the one guardian whose key is here and who has not signed
 * @returns name or address, for `signers.get`
 * @throws PortcullisError GUARDIAN_AMBIGUOUS, SIGNER_MISSING
 */
export function chooseGuardian(file: ApprovalFile, signers: Signers, as: string): string {
  if (as !== "") return as;
  const signed = new Set(file.signatures.map(({ signer }) => signer.toLowerCase()));
  const here = new Set<Address>();
  for (const { terms } of file.places)
    for (const { signer } of decodeTerms(terms).guardians)
      if (size(signer) === 20 && !signed.has(signer.toLowerCase()) && signers.has(signer))
        here.add(getAddress(signer));
  const [one, another] = here;
  if (one === undefined)
    throw new PortcullisError("SIGNER_MISSING", "No key of a guardian who has not signed is here", {
      hint: "add the guardian's key to the policy's signers, or pass the file on",
    });
  if (another === undefined) return one;
  throw new PortcullisError("GUARDIAN_AMBIGUOUS", `${here.size} guardians have their keys here`, {
    hint: "add --as with the name of one",
    details: { guardians: [...here] },
  });
}
