/** Who owns an account, read from its ERC-7913 bytes: an address, members with weights, or a key that a verifier checks. */
import {
  type Address,
  concatHex,
  decodeAbiParameters,
  encodeAbiParameters,
  getAddress,
  type Hex,
  keccak256,
  size,
  slice,
  zeroAddress,
} from "viem";

export interface OwnerMember {
  /** ERC-7913. */
  signer: Hex;
  weight: bigint;
}

export type OwnerForm =
  | { kind: "key"; address: Address }
  | { kind: "multisig"; verifier: Address; threshold: bigint; members: readonly OwnerMember[] }
  | { kind: "verified"; verifier: Address; key: Hex };

const MULTISIG = [{ type: "uint64" }, { type: "bytes[]" }, { type: "uint64[]" }] as const;

/**
 * The layout is WeightedMultisigVerifier's; whether that is what stands at `verifier`, the address says. Bytes of any other
 * form are a key of their verifier's.
 */
export function readOwner(owner: Hex): OwnerForm {
  // Not managed, or nothing an account could have.
  if (size(owner) < 20) return { kind: "verified", verifier: zeroAddress, key: owner };
  if (size(owner) === 20) return { kind: "key", address: getAddress(owner) };
  const verifier = getAddress(slice(owner, 0, 20));
  const key = slice(owner, 20);
  const multisig = readMultisig(key);
  return multisig ? { kind: "multisig", verifier, ...multisig } : { kind: "verified", verifier, key };
}

/** In the verifier's order, in which nobody can stand twice. */
export const orderMembers = <T extends { signer: Hex }>(members: readonly T[]): T[] =>
  [...members].sort((a, b) => (keccak256(a.signer) < keccak256(b.signer) ? -1 : 1));

/** @param members ordered */
export const encodeMultisig = (verifier: Address, threshold: bigint, members: readonly OwnerMember[]): Hex =>
  concatHex([
    verifier,
    encodeAbiParameters(MULTISIG, [
      threshold,
      members.map(({ signer }) => signer),
      members.map(({ weight }) => weight),
    ]),
  ]);

/** Addresses among those who sign: all there is of a key, those of a multisig's members that are keys. */
export function keysOfOwner(owner: Hex): Address[] {
  const form = readOwner(owner);
  if (form.kind === "key") return [form.address];
  if (form.kind === "verified") return [];
  return form.members.flatMap(({ signer }) => (size(signer) === 20 ? [getAddress(signer)] : []));
}

/** Whether these keys together can sign as the owner. */
export function suffices(owner: Hex, has: (key: Address) => boolean): boolean {
  const form = readOwner(owner);
  if (form.kind === "key") return has(form.address);
  if (form.kind === "verified") return false;
  const weight = form.members.reduce(
    (sum, { signer, weight }) => (size(signer) === 20 && has(getAddress(signer)) ? sum + weight : sum),
    0n,
  );
  return weight >= form.threshold;
}

function readMultisig(key: Hex): { threshold: bigint; members: OwnerMember[] } | undefined {
  try {
    const [threshold, signers, weights] = decodeAbiParameters(MULTISIG, key);
    const canonical = encodeAbiParameters(MULTISIG, [threshold, signers, weights]);
    if (canonical !== key.toLowerCase() || signers.length !== weights.length) return undefined;
    return { threshold, members: signers.map((signer, i) => ({ signer, weight: weights[i] as bigint })) };
  } catch {
    return undefined;
  }
}
