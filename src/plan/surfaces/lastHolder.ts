/** When the last holder of a power may lose it: not before another one has it. */
import type { Address } from "viem";
import type { Change, PlanContext } from "../change.ts";
import { whyNotOperable } from "../power.ts";

export interface Holders {
  /** Who is to lose the power. */
  account: Address;
  /** Who is to hold it in the end. */
  wanted: readonly Address[];
  /** Those of `wanted` that hold it now, or from `since` on (seconds since the epoch; 0 for now). */
  active: readonly { account: Address; since: bigint }[];
  /** Without a holder, power could not be given to anybody any more. */
  strands: boolean;
}

/**
 * Grant before revoke, where the other way round would strand; and where the holder is one that the policy names, so
 * that a planned replacement does not stop the work. A holder unknown to the policy loses its power at once.
 */
export function guardLastHolder(
  context: PlanContext,
  holders: Holders,
): Pick<Change, "blocked" | "notBefore" | "impossible"> {
  const { account, wanted, strands } = holders;
  if (wanted.length === 0) {
    return strands
      ? {
          impossible: {
            why: `without ${context.nameOf(account)} nobody would hold this power, and nobody could give it again`,
            hint: "name in the policy who is to hold it",
          },
        }
      : {};
  }
  if (!strands && !context.isKnown(account)) return {};
  const able = holders.active.filter((h) => whyNotOperable(context, h.account) === null);
  if (able.length === 0) return { blocked: "another holder must have the power first" };
  const first = able.reduce((least, h) => (h.since < least ? h.since : least), able[0]?.since ?? 0n);
  return first > context.now ? { notBefore: first } : {};
}
