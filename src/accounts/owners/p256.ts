/** A P-256 key: of a secure enclave, a phone's key store, an HSM. Checked by OpenZeppelin's ERC7913P256Verifier. */
import { type Address, concatHex, type Hash, type Hex, hashTypedData, numberToHex, size, slice } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { AccountSigner } from "./types.ts";

/** The curve's order. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** In range and of low s: checking it takes what a real one takes. */
const STUB = concatHex([numberToHex(ORDER / 3n, { size: 32 }), numberToHex(ORDER / 5n, { size: 32 })]);

/**
 * @param publicKey x and y, with or without the byte 04 before them
 * @param sign of the hash itself, not of a hash of it
 * @throws PortcullisError OWNER_KEY_INVALID for a public key of another form
 */
export function p256Signer(parameters: {
  verifier: Address;
  publicKey: Hex;
  sign: (hash: Hash) => Promise<{ r: bigint; s: bigint }>;
}): AccountSigner {
  const signHash = async (hash: Hash): Promise<Hex> => {
    const { r, s } = await parameters.sign(hash);
    return concatHex([numberToHex(r, { size: 32 }), numberToHex(toLowS(s), { size: 32 })]);
  };
  return {
    signer: concatHex([parameters.verifier, toCoordinates(parameters.publicKey)]),
    stubSignature: STUB,
    signTypedData: (data) => signHash(hashTypedData(data)),
    signHash,
  };
}

/** The verifier takes one of the two signatures that any signature is. */
export const toLowS = (s: bigint): bigint => (s > ORDER / 2n ? ORDER - s : s);

/** x and y. */
export function toCoordinates(publicKey: Hex): Hex {
  if (size(publicKey) === 64) return publicKey;
  if (size(publicKey) === 65 && publicKey.startsWith("0x04")) return slice(publicKey, 1);
  throw new PortcullisError("OWNER_KEY_INVALID", `${publicKey} is not a P-256 public key`, {
    hint: "pass its x and y, 64 bytes, or the byte 04 and both",
    details: { publicKey },
  });
}
