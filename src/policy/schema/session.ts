/** What a key of a smart account may do by itself, and within which limits. */
import { z } from "zod";
import { argumentList } from "./contract.ts";
import { amount, duration, instant, reference, text } from "./text.ts";

const value = argumentList.element;

/** What one argument has to be; written as the parameter's type is elsewhere in a policy. Several hold together. */
const argumentRule = z
  .strictObject({
    equals: value.optional(),
    not: value.optional(),
    above: value.optional(),
    atLeast: value.optional(),
    below: value.optional(),
    atMost: value.optional(),
    oneOf: z.array(value).min(1, { error: "allows nothing: name at least one" }).optional(),
  })
  .refine((rule) => Object.values(rule).some((bound) => bound !== undefined), {
    error: "says nothing: write equals, not, above, atLeast, below, atMost or oneOf",
  });

const functions = z.union(
  [
    z.array(text('a function: "deposit"')).min(1, { error: "names no function" }),
    z.record(z.string(), z.record(z.string(), argumentRule)),
  ],
  { error: 'write functions with rules for their arguments: { deposit: { amount: { atMost: "1 ether" } } }' },
);

const cap = z
  .strictObject({
    perCall: amount.optional(),
    perPeriod: amount.optional(),
    total: amount.optional(),
    /** What an operation takes above needs the owner's signature too. */
    cosignAbove: amount.optional(),
  })
  .refine(({ perCall, perPeriod, total }) => [perCall, perPeriod, total].some((c) => c !== undefined), {
    error: "limits nothing: write perCall, perPeriod or total",
  });

export const session = z.strictObject({
  /** Who holds it: a key of this policy, or of its principals. */
  key: reference,
  /** Functions by contract, and rules for their arguments by name. "receive" is a payment without a call. */
  may: z.record(z.string(), functions),
  /** The chain's own currency. None may be sent where it is absent. */
  value: cap.optional(),
  /** By token: what may leave, however it is asked for. */
  tokens: z.record(z.string(), cap).default({}),
  /** What "per period" means. */
  period: duration.optional(),
  /** Operations. Absent: as many as fit in the rest. */
  uses: z.int({ error: "write a number of operations: 1000" }).min(1).max(4_294_967_294).optional(),
  /** First second. Absent: from the start. */
  from: instant.optional(),
  /** First second without it. Absent: it never ends. */
  until: instant.optional(),
  maxFeePerGas: amount.default(500_000_000_000n),
  /** All gas limits of an operation together. */
  gasPerOperation: z
    .int({ error: "write an amount of gas: 500000" })
    .min(1)
    .max(4_294_967_295)
    .default(2_000_000),
  gasTotal: z.int({ error: "write an amount of gas: 100000000" }).min(1).optional(),
  /** Who sponsors it: a must where it is named. */
  paymaster: reference.optional(),
  /** Another number makes another session of the same terms: where one was revoked. */
  salt: z.int({ error: "write a whole number: 1" }).min(0).max(4_294_967_295).optional(),
});
