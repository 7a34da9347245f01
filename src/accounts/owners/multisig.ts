/** Several keys with weights, as one owner: WeightedMultisigVerifier checks them. */
import { type Address, encodeAbiParameters, type Hash, type Hex, type TypedDataDefinition } from "viem";
import { PortcullisError } from "../../errors.ts";
import { encodeMultisig, orderMembers } from "./readOwner.ts";
import type { AccountSigner } from "./types.ts";

export interface MultisigMember {
  /** Only its `signer` where the key is elsewhere. */
  member: AccountSigner | Pick<AccountSigner, "signer">;
  /** 1 if absent. */
  weight?: number;
}

interface Present {
  index: number;
  weight: bigint;
  key: AccountSigner;
}

/**
 * Asks as many of the keys at hand as the threshold needs, the heaviest first.
 *
 * @throws PortcullisError MULTISIG_UNREACHABLE where no signatures could reach the threshold; its signing throws
 * MULTISIG_SIGNERS_MISSING where those at hand do not
 */
export function multisigSigner(parameters: {
  verifier: Address;
  threshold: number;
  members: readonly MultisigMember[];
}): AccountSigner {
  const { verifier, threshold } = parameters;
  const members = orderMembers(
    parameters.members.map(({ member, weight = 1 }) => ({
      member,
      signer: member.signer,
      weight: BigInt(weight),
    })),
  );
  requireReachable(members, threshold);
  const present = members.flatMap(({ member, weight }, index): Present[] =>
    "signTypedData" in member ? [{ index, weight, key: member }] : [],
  );
  const chosen = choose(present, BigInt(threshold));
  const hashKeys = chosen.flatMap((one) => (one.key.signHash ? [one.key.signHash] : []));
  return {
    signer: encodeMultisig(verifier, BigInt(threshold), members),
    stubSignature: encodeSignatures(
      chosen,
      chosen.map((one) => one.key.stubSignature),
    ),
    unmeasuredGas: chosen.reduce((sum, one) => sum + (one.key.unmeasuredGas ?? 0n), 0n),
    signTypedData: async (data: TypedDataDefinition) =>
      encodeSignatures(
        requireEnough(chosen, threshold),
        await Promise.all(chosen.map((one) => one.key.signTypedData(data))),
      ),
    ...(hashKeys.length === chosen.length && {
      signHash: async (hash: Hash) =>
        encodeSignatures(
          requireEnough(chosen, threshold),
          await Promise.all(hashKeys.map((signHash) => signHash(hash))),
        ),
    }),
  };
}

function choose(present: readonly Present[], threshold: bigint): Present[] {
  const chosen: Present[] = [];
  let weight = 0n;
  for (const one of [...present].sort((a, b) => Number(b.weight - a.weight))) {
    if (weight >= threshold) break;
    chosen.push(one);
    weight += one.weight;
  }
  return chosen.sort((a, b) => a.index - b.index);
}

const encodeSignatures = (chosen: readonly Present[], signatures: readonly Hex[]): Hex =>
  encodeAbiParameters(
    [{ type: "uint256[]" }, { type: "bytes[]" }],
    [chosen.map(({ index }) => BigInt(index)), signatures],
  );

function requireReachable(
  members: readonly { member: { signer: Hex }; weight: bigint }[],
  threshold: number,
): void {
  const total = members.reduce((sum, { weight }) => sum + weight, 0n);
  const distinct = new Set(members.map(({ member }) => member.signer.toLowerCase())).size === members.length;
  if (threshold >= 1 && total >= BigInt(threshold) && distinct) return;
  throw new PortcullisError(
    "MULTISIG_UNREACHABLE",
    distinct ? `Weights of ${total} in all do not reach ${threshold}` : "A signer stands in the list twice",
    {
      hint: "name each signer once, and a threshold from 1 to the sum of the weights",
      details: { threshold },
    },
  );
}

function requireEnough(chosen: readonly Present[], threshold: number): readonly Present[] {
  const weight = chosen.reduce((sum, one) => sum + one.weight, 0n);
  if (weight >= BigInt(threshold)) return chosen;
  throw new PortcullisError("MULTISIG_SIGNERS_MISSING", `The keys at hand weigh ${weight} of ${threshold}`, {
    hint: "pass more members that can sign",
    details: { threshold, weight: weight.toString() },
  });
}
