/** What a session may say about an argument: `atMost(ether(1))`, `oneOf(alice, bob)`; a bare value means equal. */
import { parseEther } from "viem";

/** About a number; only unsigned ones can be compared by size. */
export interface NumberRule {
  operator: "less" | "atMost" | "more" | "atLeast" | "range";
  values: readonly bigint[];
}

/** About any value; of `bytes` and `string` the hash is compared. */
export interface ValueRule<value = unknown> {
  operator: "equal" | "notEqual" | "oneOf";
  values: readonly value[];
}

export const atMost = (most: bigint): NumberRule => ({ operator: "atMost", values: [most] });
export const atLeast = (least: bigint): NumberRule => ({ operator: "atLeast", values: [least] });
export const lessThan = (bound: bigint): NumberRule => ({ operator: "less", values: [bound] });
export const moreThan = (bound: bigint): NumberRule => ({ operator: "more", values: [bound] });
/** Both included. */
export const between = (least: bigint, most: bigint): NumberRule => ({
  operator: "range",
  values: [least, most],
});
export const equal = <const value>(value: value): ValueRule<value> => ({
  operator: "equal",
  values: [value],
});
export const not = <const value>(value: value): ValueRule<value> => ({
  operator: "notEqual",
  values: [value],
});
export const oneOf = <const value>(...values: readonly value[]): ValueRule<value> => ({
  operator: "oneOf",
  values,
});

/** Wei: `ether(1)`, `ether("0.25")`. */
export const ether = (amount: number | `${number}`): bigint => parseEther(String(amount));
