/** What ERC-7562 says of reading and calling others' code. */
import { type Address, hexToBigInt, isAddressEqual } from "viem";
import type { Context, Violation } from "./checkValidation.ts";
import type { Step } from "./trace.ts";

const DEPOSIT_TO = "0xb760faf9";

export function checkCode({ op }: Step, to: Address, { sender, hasCode }: Context): Violation[] {
  if (isAddressEqual(to, sender) || isPrecompile(to) || hasCode(to)) return [];
  return [{ rule: "OP-041", what: `${op} of ${to}, which has no code` }];
}

export function checkForeignCall(
  { op, selector, value, depth }: Step,
  to: Address,
  { entryPoint, sender, entity }: Context,
): Violation[] {
  if (!op.endsWith("CALL")) return [];
  if (isAddressEqual(to, entryPoint)) {
    // The prefund of the account's own frame goes back without data.
    const allowed = entity === "account" && (selector === DEPOSIT_TO || (selector === "0x" && depth >= 2));
    return allowed ? [] : [{ rule: "OP-054", what: `${op} of the entry point with ${selector}` }];
  }
  if (value !== undefined && hexToBigInt(value) > 0n)
    return [{ rule: "OP-061", what: `${value} wei to ${to}` }];
  if (op === "CALLCODE") return [{ rule: "OP-011", what: `CALLCODE of ${to} for ${sender}` }];
  return [];
}

/** The nine that every chain has, and P-256's (RIP-7212, EIP-7951): without it a verifier falls back to its own code. */
const isPrecompile = (address: Address): boolean => {
  const number = hexToBigInt(address);
  return (number >= 1n && number <= 9n) || number === 0x100n;
};
