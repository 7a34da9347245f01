/** Who signs for an account: its owner, with the keys that are here. */
import { getAddress, type Hex, size } from "viem";
import { ecdsaSigner } from "../../accounts/owners/ecdsa.ts";
import { type MultisigMember, multisigSigner } from "../../accounts/owners/multisig.ts";
import { type OwnerForm, readOwner } from "../../accounts/owners/readOwner.ts";
import type { AccountSigner } from "../../accounts/owners/types.ts";
import { PortcullisError } from "../../errors.ts";
import type { AccountFacts } from "./accountAct.ts";
import type { ActEnvironment } from "./types.ts";

/**
 * Of several owners each signs in turn, as many as the threshold needs, the heaviest first.
 *
 * @param callData what is to be signed for, told where the owner's device is not a signer of a policy
 * @throws PortcullisError SIGNER_MISSING, MULTISIG_SIGNERS_MISSING, OWNER_SIGNS_ELSEWHERE
 */
export async function ownerSigner(
  { address, owner, version }: AccountFacts,
  callData: Hex,
  { signers }: Pick<ActEnvironment, "signers">,
): Promise<AccountSigner> {
  const form = readOwner(owner);
  if (form.kind === "key" && signers.has(form.address)) return ecdsaSigner(await signers.get(form.address));
  if (form.kind === "multisig") return openMultisig(form, { address, signers });
  if (form.kind === "key")
    throw new PortcullisError("SIGNER_MISSING", `No key here can act as ${address}`, {
      hint: "run the same command where its owner's signer is configured",
      details: { as: address, owner },
    });
  throw new PortcullisError(
    "OWNER_SIGNS_ELSEWHERE",
    `The owner of ${address} is a P-256 key or a passkey, which its own device signs with`,
    {
      hint: "send the operation of details.callData from a program next to the device, as docs/accounts.md says (--json prints it)",
      details: { account: address, owner, entryPoint: version, callData },
    },
  );
}

async function openMultisig(
  { verifier, threshold, members }: Extract<OwnerForm, { kind: "multisig" }>,
  { address, signers }: { address: Hex } & Pick<ActEnvironment, "signers">,
): Promise<AccountSigner> {
  const opened = await Promise.all(
    members.map(async ({ signer, weight }): Promise<MultisigMember> => {
      const key = size(signer) === 20 ? getAddress(signer) : undefined;
      const member = key && signers.has(key) ? ecdsaSigner(await signers.get(key)) : { signer };
      return { member, weight: Number(weight) };
    }),
  );
  const here = opened.reduce(
    (sum, { member, weight = 1 }) => sum + ("signTypedData" in member ? weight : 0),
    0,
  );
  if (BigInt(here) >= threshold)
    return multisigSigner({ verifier, threshold: Number(threshold), members: opened });
  throw new PortcullisError(
    "MULTISIG_SIGNERS_MISSING",
    `The keys here weigh ${here} of the ${threshold} that act as ${address}`,
    {
      hint: "run the same command where more of its owners' signers are configured",
      details: {
        as: address,
        missing: opened.flatMap(({ member }) => ("signTypedData" in member ? [] : [member.signer])),
      },
    },
  );
}
