/** Who signs for an account: its owner, with the keys that are here. */
import { ecdsaSigner } from "../../accounts/owners/ecdsa.ts";
import type { AccountSigner } from "../../accounts/owners/types.ts";
import { PortcullisError } from "../../errors.ts";
import type { AccountFacts } from "./accountAct.ts";
import type { ActEnvironment } from "./types.ts";

/** @throws PortcullisError SIGNER_MISSING */
export async function ownerSigner(
  { address, owner }: AccountFacts,
  { signers }: Pick<ActEnvironment, "signers">,
): Promise<AccountSigner> {
  if (owner.length === 42 && signers.has(owner)) return ecdsaSigner(await signers.get(owner));
  throw new PortcullisError("SIGNER_MISSING", `No key here can act as ${address}`, {
    hint: "run the same command where its owner's signer is configured",
    details: { as: address, owner },
  });
}
