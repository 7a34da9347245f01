/** Owners' signatures, as a Safe checks them: 65 bytes each, ordered by owner. */
import {
  type Address,
  concatHex,
  getAddress,
  type Hash,
  type Hex,
  isAddressEqual,
  numberToHex,
  pad,
  recoverAddress,
  size,
  slice,
} from "viem";
import { PortcullisError } from "../errors.ts";

/** An owner's assent: a signature of what the Safe's owners sign, or an approval that the Safe itself has recorded. */
export type OwnerAssent =
  | { owner: Address; kind: "signature"; signature: Hex }
  | { owner: Address; kind: "approved" }
  /** A Safe that owns the Safe: its own owners' signatures, packed. */
  | { owner: Address; kind: "contract"; signature: Hex };

/** @throws PortcullisError SAFE_SIGNATURE_INVALID when it is not this owner's signature of this hash */
export async function requireOwnerSignature(safeTxHash: Hash, owner: Address, signature: Hex): Promise<void> {
  const signer = await recoverOwner(safeTxHash, signature);
  if (signer && isAddressEqual(signer, owner)) return;
  throw new PortcullisError(
    "SAFE_SIGNATURE_INVALID",
    `The signature of ${owner} is of another hash or another key`,
    {
      hint: "have that owner sign again with the same command",
      details: { owner, safeTxHash, ...(signer ? { signer } : {}) },
    },
  );
}

/** Undefined where it is no ECDSA signature. v 27 and 28 sign the hash; 31 and 32 its `eth_sign` form. */
async function recoverOwner(safeTxHash: Hash, signature: Hex): Promise<Address | undefined> {
  if (size(signature) !== 65) return undefined;
  const v = Number.parseInt(signature.slice(-2), 16);
  if (v !== 27 && v !== 28) return undefined;
  try {
    return await recoverAddress({ hash: safeTxHash, signature });
  } catch {
    return undefined;
  }
}

/**
 * The `signatures` argument of `execTransaction`: the first `threshold` assents in the order of owners.
 *
 * @throws PortcullisError SAFE_SIGNATURES_MISSING
 */
export function packSignatures(assents: readonly OwnerAssent[], threshold: number): Hex {
  const unique = new Map(assents.map((assent) => [getAddress(assent.owner), assent]));
  if (unique.size < threshold) {
    throw new PortcullisError(
      "SAFE_SIGNATURES_MISSING",
      `${unique.size} of ${threshold} owners have signed`,
      {
        hint: "have further owners sign with the same command",
        details: { signed: [...unique.keys()], threshold },
      },
    );
  }
  const ordered = [...unique.values()]
    .sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1))
    .slice(0, threshold);
  // contract signatures lie behind all that is fixed in size, and say where
  let dynamic: Hex = "0x";
  const fixed = ordered.map((assent) => {
    if (assent.kind === "signature") return assent.signature;
    if (assent.kind === "approved") return approved(assent.owner);
    const offset = threshold * 65 + size(dynamic);
    dynamic = concatHex([dynamic, numberToHex(size(assent.signature), { size: 32 }), assent.signature]);
    return concatHex([pad(assent.owner), numberToHex(offset, { size: 32 }), "0x00"]);
  });
  return concatHex([...fixed, dynamic]);
}

/** r = owner, s = 0, v = 1: the Safe looks into `approvedHashes`. */
function approved(owner: Address): Hex {
  return concatHex([pad(owner), pad("0x"), numberToHex(1, { size: 1 })]);
}

/** Some wallets return v as 0 or 1. */
export function normalizeV(signature: Hex): Hex {
  const v = Number.parseInt(signature.slice(-2), 16);
  return v < 27 ? concatHex([slice(signature, 0, 64), numberToHex(v + 27, { size: 1 })]) : signature;
}
