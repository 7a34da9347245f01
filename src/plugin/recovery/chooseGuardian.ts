/** Which key of ours signs a file, and as which guardian: as itself, or as an owner of a Safe that is one. */
import { type Address, getAddress, isAddressEqual, size } from "viem";
import type { ApprovalFile } from "../../accounts/recovery/approvalFile.ts";
import { isSignedByKey } from "../../accounts/recovery/approve.ts";
import { listSafeApprovals } from "../../accounts/recovery/approveAsSafe.ts";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import { findByAddress, findByName } from "../../chain/findEntry.ts";
import { PortcullisError } from "../../errors.ts";
import type { PolicySafe } from "../../policy/compileKeys.ts";
import type { OfflineKeys } from "./openOffline.ts";

export interface SigningGuardian {
  key: Address;
  name: string;
  /** Absent where the key is a guardian itself. */
  safe?: PolicySafe;
}

/**
 * @param as name or address of a key; empty: the one whose key is here and who has not signed
 * @throws PortcullisError NOT_A_GUARDIAN, APPROVAL_GIVEN, GUARDIAN_AMBIGUOUS, SIGNER_MISSING
 */
export async function chooseGuardian(
  file: ApprovalFile,
  { book, safes, signers }: OfflineKeys,
  as: string,
): Promise<SigningGuardian> {
  const nameOf = (address: Address) => findByAddress(book, address)?.name ?? address;
  const guardians = file.places.flatMap(({ terms }) => decodeTerms(terms).guardians.map((g) => g.signer));
  const addresses = [...new Set(guardians.filter((g) => size(g) === 20).map((g) => getAddress(g)))];
  const possible = addresses.flatMap((address): SigningGuardian[] => {
    const safe = safes.find((one) => isAddressEqual(one.address, address));
    if (safe === undefined) return [{ key: address, name: nameOf(address) }];
    return safe.owners.map((key) => ({ key, name: nameOf(key), safe }));
  });
  if (as === "") {
    const open: SigningGuardian[] = [];
    for (const one of possible) if (signers.has(one.key) && !(await hasSigned(file, one))) open.push(one);
    const [one, another] = open;
    if (one === undefined)
      throw new PortcullisError("SIGNER_MISSING", "No key of a guardian who has not signed is here", {
        hint: "add the guardian's key to the policy's signers, or pass the file on",
      });
    if (another === undefined) return one;
    throw new PortcullisError("GUARDIAN_AMBIGUOUS", `${open.length} guardians have their keys here`, {
      hint: `add --as ${one.name}`,
      details: { guardians: open.map(({ name }) => name) },
    });
  }
  const key = findByName(book, as)?.address ?? as;
  const found = possible.find((one) => one.key.toLowerCase() === key.toLowerCase());
  if (found === undefined)
    throw new PortcullisError("NOT_A_GUARDIAN", `${as} guards none of the accounts of this file`, {
      hint: `add --as and one of: ${[...new Set(possible.map(({ name }) => name))].join(", ")}`,
      details: { as, guardians: addresses },
    });
  if (await hasSigned(file, found))
    throw new PortcullisError("APPROVAL_GIVEN", `${found.name} has signed this file already`, {
      hint: "pass it on to the next guardian, or `npx hardhat recovery execute`",
      details: { guardian: found.key },
    });
  if (!signers.has(found.key))
    throw new PortcullisError("SIGNER_MISSING", `The key of ${found.name} is not here`, {
      hint: "run the same command where that key is, or declare it under the policy's signers",
      details: { guardian: found.key },
    });
  return found;
}

async function hasSigned(file: ApprovalFile, { key, safe }: SigningGuardian): Promise<boolean> {
  if (safe !== undefined)
    return file.places.length === 1
      ? (await listSafeApprovals(file, safe)).some(({ owner }) => isAddressEqual(owner, key))
      : false;
  const approval = file.signatures.find(({ signer }) => signer.toLowerCase() === key.toLowerCase());
  return approval !== undefined && (await isSignedByKey(file, approval)) === true;
}
