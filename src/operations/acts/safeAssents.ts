/** Who has agreed to a Safe's transaction, and the signatures of keys at hand: of its owners, and of its owners' owners. */
import { type Address, isAddressEqual } from "viem";
import { flattenLevels, type SafeLevel, safeMessageTypedData } from "../../safe/nested.ts";
import {
  normalizeV,
  type OwnerAssent,
  packSignatures,
  requireOwnerSignature,
} from "../../safe/signatures.ts";
import { safeTypedData } from "../../safe/transaction.ts";
import type { StoredSafeTransaction } from "../store/operationFile.ts";
import type { ActEnvironment } from "./types.ts";

type Signature = StoredSafeTransaction["signatures"][number];

/** Signs with the keys at hand, at each Safe until it has enough; keys of the outermost Safe's own owners first. */
export async function signWithKeysHere(
  stored: StoredSafeTransaction,
  level: SafeLevel,
  env: ActEnvironment,
): Promise<Signature[]> {
  let signatures = stored.signatures.filter((s) => belongs(s, level));
  const enough = async (at: SafeLevel) => (await collectAssents(at, signatures)).length >= at.safe.threshold;
  for (const at of flattenLevels(level)) {
    for (const owner of at.safe.owners) {
      if ((await enough(level)) || (await enough(at))) break;
      const assents = await collectAssents(at, signatures);
      if (!env.signers.has(owner) || assents.some((a) => isAddressEqual(a.owner, owner))) continue;
      const signature = await sign(stored, at, owner, env);
      const through = at.through.length === 0 ? {} : { through: [...at.through] };
      signatures = [...signatures, { owner, signature, ...through }];
    }
  }
  return signatures;
}

/**
 * Owners of this Safe whose assent it would accept now. A Safe among them has assented when enough of its own have.
 *
 * @throws PortcullisError SAFE_SIGNATURE_INVALID
 */
export async function collectAssents(
  level: SafeLevel,
  signatures: readonly Signature[],
): Promise<OwnerAssent[]> {
  const own = signatures.filter((s) => isAt(s, level.through) && isOwner(s.owner, level));
  for (const { owner, signature } of own) await requireOwnerSignature(level.hash, owner, signature);
  const assents: OwnerAssent[] = own.map(({ owner, signature }) => ({ owner, signature, kind: "signature" }));
  const has = (owner: Address) => assents.some((a) => isAddressEqual(a.owner, owner));
  for (const owner of level.approved) if (!has(owner)) assents.push({ owner, kind: "approved" });
  for (const inner of level.inner) {
    if (has(inner.safe.address)) continue;
    const theirs = await collectAssents(inner, signatures);
    if (theirs.length < inner.safe.threshold) continue;
    const signature = packSignatures(theirs, inner.safe.threshold);
    assents.push({ owner: inner.safe.address, kind: "contract", signature });
  }
  return assents;
}

/** What a person compares with a device's screen, at every Safe that agrees by contract signature. */
export function describeLevels(level: SafeLevel): NonNullable<StoredSafeTransaction["inner"]> {
  return flattenLevels(level)
    .slice(1)
    .map(({ safe, through, domainHash, messageHash, hash }) => ({
      safe: safe.address,
      through: [...through],
      threshold: safe.threshold,
      domainHash,
      messageHash,
      safeMessageHash: hash,
    }));
}

async function sign(
  stored: StoredSafeTransaction,
  { safe, message, hash }: SafeLevel,
  owner: Address,
  env: ActEnvironment,
): Promise<`0x${string}`> {
  const signer = await env.signers.get(owner);
  const signature = normalizeV(
    message === undefined
      ? await signer.signTypedData(safeTypedData(env.chainId, safe.address, stored.transaction))
      : await signer.signTypedData(safeMessageTypedData(env.chainId, safe.address, message)),
  );
  await requireOwnerSignature(hash, owner, signature);
  return signature;
}

/** Signatures of owners who left are dropped. */
function belongs(signature: Signature, level: SafeLevel): boolean {
  return flattenLevels(level).some((at) => isAt(signature, at.through) && isOwner(signature.owner, at));
}

function isAt({ through = [] }: Signature, path: readonly Address[]): boolean {
  return through.length === path.length && through.every((a, i) => isAddressEqual(a, path[i] as Address));
}

const isOwner = (owner: Address, { safe }: SafeLevel): boolean =>
  safe.owners.some((o) => isAddressEqual(o, owner));
