/**
 * A Safe as guardian: its owners sign, each offline, what the Safe's own handler checks (ERC-1271 in Safe 1.4.1's
 * CompatibilityFallbackHandler): `SafeMessage(bytes message)`, whose message is the hash that guardians sign.
 */
import {
  type Address,
  type Hash,
  type Hex,
  hashTypedData,
  isAddressEqual,
  type LocalAccount,
  recoverAddress,
  size,
  slice,
} from "viem";
import { PortcullisError } from "../../errors.ts";
import { packSignatures } from "../../safe/signatures.ts";
import type { ApprovalFile } from "./approvalFile.ts";
import { addApproval } from "./approve.ts";
import { hashFile } from "./showFile.ts";

const SIGNATURE = 65;

/** What its owners sign, and its hash: what Safe's app shows as the message's. */
export function safeMessage(file: ApprovalFile, safe: Address) {
  const [{ chainId }, ...others] = file.places;
  if (others.length > 0)
    throw new PortcullisError(
      "GUARDIAN_NEEDS_ONE_CHAIN",
      `The Safe ${safe} signs for one chain at a time, and the file names ${file.places.length}`,
      { hint: "npx hardhat recovery propose", details: { safe } },
    );
  return {
    domain: { chainId, verifyingContract: safe },
    types: { SafeMessage: [{ name: "message", type: "bytes" }] },
    primaryType: "SafeMessage" as const,
    message: { message: hashFile(file).signed },
  };
}

/** Owners of the Safe whose signatures are in the file. */
export async function listSafeApprovals(
  file: ApprovalFile,
  safe: { address: Address; owners: readonly Address[] },
): Promise<{ owner: Address; signature: Hex }[]> {
  const packed = file.signatures.find(({ signer }) => isAddressEqual(slice(signer, 0, 20), safe.address));
  if (packed === undefined) return [];
  const hash = hashTypedData(safeMessage(file, safe.address));
  const found = await Promise.all(
    Array.from({ length: Math.floor(size(packed.signature) / SIGNATURE) }, async (_, i) => {
      const signature = slice(packed.signature, i * SIGNATURE, (i + 1) * SIGNATURE);
      const signer = await recoverOwner(hash, signature);
      const owner = safe.owners.find((one) => signer !== undefined && isAddressEqual(one, signer));
      return owner === undefined ? [] : [{ owner, signature }];
    }),
  );
  return found.flat();
}

/** @throws PortcullisError GUARDIAN_NEEDS_ONE_CHAIN, NOT_A_GUARDIAN */
export async function approveAsSafe(
  file: ApprovalFile,
  safe: { address: Address; owners: readonly Address[] },
  owner: Pick<LocalAccount, "address" | "signTypedData">,
): Promise<ApprovalFile> {
  const others = (await listSafeApprovals(file, safe)).filter(
    (one) => !isAddressEqual(one.owner, owner.address),
  );
  const signature = await owner.signTypedData(safeMessage(file, safe.address));
  const all = [...others, { owner: owner.address, signature }];
  const assents = all.map((one) => ({ ...one, kind: "signature" as const }));
  return addApproval(file, {
    signer: safe.address.toLowerCase() as Hex,
    signature: packSignatures(assents, assents.length),
  });
}

async function recoverOwner(hash: Hash, signature: Hex): Promise<Address | undefined> {
  try {
    return await recoverAddress({ hash, signature });
  } catch {
    return undefined;
  }
}
