/**
 * A Safe that owns a Safe signs by contract signature (EIP-1271): its owners sign the inner Safe's *message*, which is
 * what the outer Safe hands to `isValidSignature`: the outer transaction's preimage. Up to three Safes deep.
 *
 * Source: CompatibilityFallbackHandler.sol and Safe.checkNSignatures of safe-smart-account 1.4.1.
 */
import {
  type Address,
  concatHex,
  domainSeparator,
  type Hash,
  type Hex,
  hashStruct,
  isAddressEqual,
  keccak256,
  type PublicClient,
} from "viem";
import { readApprovals, readSafe, type SafeFacts } from "./readSafe.ts";
import type { SafeHashes } from "./transaction.ts";

export const MAX_DEPTH = 3;

/** One Safe that has to agree, and the hash its owners sign. */
export interface SafeLevel {
  safe: SafeFacts;
  /** The Safes between the outermost and this one's owners, this one last; empty for the outermost. */
  through: readonly Address[];
  domainHash: Hash;
  messageHash: Hash;
  /** Of both: what this Safe's owners sign. */
  hash: Hash;
  /** keccak256 of it is `hash`; what the Safe's own inner Safes get to judge. */
  preimage: Hex;
  /** What an owner's signer is shown at an inner Safe; the outermost has its transaction. */
  message?: Hex;
  /** Owners whose approval of the hash the Safe has on the chain. */
  approved: readonly Address[];
  inner: readonly SafeLevel[];
}

/** The outermost Safe with every Safe among its owners, and theirs. */
export async function readLevels(
  client: PublicClient,
  safe: SafeFacts,
  hashes: SafeHashes,
): Promise<SafeLevel> {
  const { domainHash, messageHash, safeTxHash: hash } = hashes;
  const preimage = concatHex(["0x1901", domainHash, messageHash]);
  const level = { safe, through: [], domainHash, messageHash, hash, preimage };
  return complete(client, level, [safe.address]);
}

async function complete(
  client: PublicClient,
  level: Omit<SafeLevel, "approved" | "inner">,
  above: readonly Address[],
): Promise<SafeLevel> {
  const approved = await readApprovals(client, level.safe, level.hash);
  return { ...level, approved, inner: await readInner(client, level, above) };
}

/** What an inner Safe's owner signs: EIP-712, so that it can be shown. */
export function safeMessageTypedData(chainId: number, safe: Address, message: Hex) {
  return {
    domain: { chainId, verifyingContract: safe },
    types: { SafeMessage: [{ name: "message", type: "bytes" }] },
    primaryType: "SafeMessage",
    message: { message },
  } as const;
}

/** Every level, the outermost first. */
export function flattenLevels(level: SafeLevel): SafeLevel[] {
  return [level, ...level.inner.flatMap(flattenLevels)];
}

async function readInner(
  client: PublicClient,
  outer: Omit<SafeLevel, "approved" | "inner">,
  above: readonly Address[],
): Promise<SafeLevel[]> {
  // 1.5 asks isValidSignature(bytes32,bytes), which makes another message
  if (above.length >= MAX_DEPTH || !/^1\.[34]\./.test(outer.safe.version)) return [];
  const safes = await Promise.all(outer.safe.owners.map((owner) => readSafe(client, owner)));
  const found = safes.filter(
    (safe): safe is SafeFacts => safe !== undefined && !above.some((a) => isAddressEqual(a, safe.address)),
  );
  const chainId = found.length === 0 ? 0 : await client.getChainId();
  return Promise.all(
    found.map(async (safe) => {
      const { domain, types, primaryType, message } = safeMessageTypedData(
        chainId,
        safe.address,
        outer.preimage,
      );
      const domainHash = domainSeparator({ domain });
      const messageHash = hashStruct({ data: message, primaryType, types });
      const preimage = concatHex(["0x1901", domainHash, messageHash]);
      const level = {
        ...{ safe, domainHash, messageHash, preimage, hash: keccak256(preimage) },
        ...{ message: outer.preimage, through: [...outer.through, safe.address] },
      };
      return complete(client, level, [...above, safe.address]);
    }),
  );
}
