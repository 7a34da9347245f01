import { PortcullisError } from "../src/errors.ts";

/** `--safe-nonce 7`; undefined where it was not given. Throws OPTION_INVALID. */
export function parseSafeNonce(text: string): bigint | undefined {
  if (text === "") return undefined;
  if (/^\d+$/.test(text)) return BigInt(text);
  throw new PortcullisError("OPTION_INVALID", `--safe-nonce ${JSON.stringify(text)} is not a whole number`, {
    hint: "write a number: --safe-nonce 7, or leave it out for the next free one",
    details: { option: "safe-nonce", value: text },
  });
}
