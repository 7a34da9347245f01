/** What people write in a policy, checked and turned into what the core computes with. */
import { z } from "zod";
import { PortcullisError } from "../../errors.ts";
import { type AmountText, parseAmount } from "../text/amount.ts";
import { type DurationText, parseDuration } from "../text/duration.ts";
import { type InstantText, parseInstant } from "../text/instant.ts";

/** In seconds. */
export const duration = written<DurationText>(parseDuration, 'a duration: "2 days"');
/** In wei. */
export const amount = written<AmountText>(parseAmount, 'an amount: "100 ether", "5 gwei"');
/** In seconds since the epoch. */
export const instant = written<InstantText>(parseInstant, 'a day in UTC: "2027-06-30"');

/** A name of this policy, of the manifest, or an EIP-3770 address: resolved when the policy is compiled. */
export const reference = text('a name of this policy, or an address with its chain: "eth:0x…"');
export const references = z.array(reference);

/** `0x` and 64 hex digits. */
export const bytes32 = text("32 bytes: 0x and 64 hex digits").regex(/^0x[0-9a-fA-F]{64}$/, {
  error: "is not 32 bytes: write 0x and 64 hex digits",
});

export function text(what: string): z.ZodString {
  return z.string({ error: `write ${what}` }).min(1, { error: `is empty: write ${what}` });
}

function written<T extends string>(parse: (text: string) => bigint, what: string) {
  return z
    .custom<T>((value) => typeof value === "string", { error: `write ${what}` })
    .transform((value, context) => {
      try {
        return parse(value);
      } catch (error) {
        if (!(error instanceof PortcullisError)) throw error;
        context.addIssue({ code: "custom", message: error.message, params: { fix: error.hint } });
        return z.NEVER;
      }
    });
}
