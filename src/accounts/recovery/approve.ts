/** A guardian's signature on a file: needs the key and the file, and no chain. */
import { type Hex, isAddressEqual, recoverTypedDataAddress, size } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { AccountSigner } from "../owners/types.ts";
import type { ApprovalFile } from "./approvalFile.ts";
import { fileTypedData } from "./fileTypedData.ts";
import { decodeTerms } from "./terms.ts";

/**
 * @example
 * const signed = await approve(parseApprovalFile(text), ecdsaSigner(key));
 *
 * @throws PortcullisError NOT_A_GUARDIAN
 */
export async function approve(
  file: ApprovalFile,
  guardian: Pick<AccountSigner, "signer" | "signTypedData">,
): Promise<ApprovalFile> {
  requireGuardian(file, guardian.signer);
  const signature = await guardian.signTypedData(fileTypedData(file));
  return addApproval(file, { signer: guardian.signer, signature });
}

/**
 * One signature per guardian; a later one replaces an earlier. A contract's (a Safe's) is taken as it is: its chain judges it.
 *
 * @throws PortcullisError NOT_A_GUARDIAN
 */
export function addApproval(file: ApprovalFile, approval: { signer: Hex; signature: Hex }): ApprovalFile {
  requireGuardian(file, approval.signer);
  const others = file.signatures.filter(({ signer }) => !same(signer, approval.signer));
  return { ...file, signatures: [...others, approval] };
}

/** Whether the key of 20 bytes signed it; undefined where only a chain can tell. */
export async function isSignedByKey(
  file: ApprovalFile,
  { signer, signature }: { signer: Hex; signature: Hex },
): Promise<boolean | undefined> {
  if (size(signer) !== 20 || size(signature) !== 65) return undefined;
  try {
    const found = await recoverTypedDataAddress({ ...fileTypedData(file), signature });
    return isAddressEqual(found, signer) ? true : undefined;
  } catch {
    return undefined;
  }
}

/** @throws PortcullisError NOT_A_GUARDIAN */
function requireGuardian(file: ApprovalFile, guardian: Hex): void {
  const known = file.places.flatMap(({ terms }) => decodeTerms(terms).guardians.map(({ signer }) => signer));
  if (known.some((signer) => same(signer, guardian))) return;
  throw new PortcullisError("NOT_A_GUARDIAN", `${guardian} guards none of the accounts of this file`, {
    hint: `sign as one of: ${[...new Set(known)].join(", ")}`,
    details: { signer: guardian },
  });
}

const same = (a: Hex, b: Hex): boolean => a.toLowerCase() === b.toLowerCase();
