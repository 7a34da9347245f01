/** Which nonce an intent gets: no other stored one has it, and no hole is left in front of it. */
import { isAddressEqual } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Chain } from "./chain.ts";
import type { Intent, Journal } from "./types.ts";

/** @throws PortcullisError NONCE_TAKEN where the intent names one that is another's, or spent */
export async function allocateNonce(
  intent: Pick<Intent, "from" | "nonce">,
  chain: Pick<Chain, "nonce">,
  journal: Pick<Journal, "list">,
): Promise<number> {
  const latest = await chain.nonce(intent.from, "latest");
  const taken = (await journal.list()).filter((r) => isAddressEqual(r.from, intent.from));
  if (intent.nonce !== undefined) {
    const holder = taken.find((r) => r.nonce === intent.nonce);
    if (holder !== undefined || intent.nonce < latest) {
      throw new PortcullisError(
        "NONCE_TAKEN",
        `Nonce ${intent.nonce} of ${intent.from} already belongs to ${holder ? `"${holder.label}"` : "an included transaction"}`,
        {
          hint: "run the same command again",
          details: { nonce: intent.nonce, holder: holder?.id, latest },
        },
      );
    }
    return intent.nonce;
  }
  // The lowest that nobody has: a hole, left by a transaction of others that is gone, holds up all behind it.
  let nonce = Math.max(latest, await chain.nonce(intent.from, "pending"));
  while (taken.some((r) => r.nonce === nonce)) nonce += 1;
  return nonce;
}
