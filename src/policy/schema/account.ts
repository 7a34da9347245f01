/** Safes, timelocks and managers: deployed, or with `at` only administered. */
import { z } from "zod";
import { invariant } from "./settings.ts";
import { bytes32, duration, reference, references, text } from "./text.ts";

const number = text("a whole number");

/** A call by its bytes, where no ABI names it: what `policy import` writes. */
const rawPostCondition = z.strictObject({
  to: reference,
  data: text('the bytes of a call that reads: "0x3eaaf86b"'),
  expect: z
    .strictObject({
      /** keccak256 of the whole answer. */
      hash: bytes32.optional(),
      /** Bounds on the first word of the answer. */
      atLeast: number.optional(),
      atMost: number.optional(),
    })
    .refine((expected) => Object.values(expected).some((value) => value !== undefined), {
      error: "expects nothing: write hash, atLeast or atMost",
    }),
});

export const safe = z.strictObject({
  at: reference.optional(),
  owners: references.min(1, { error: "has no owner: name at least one" }),
  threshold: z.int({ error: "write how many owners have to sign: 3" }).min(1, { error: "write at least 1" }),
  /** Contracts that act for the Safe without signatures. */
  modules: references.default([]),
  guard: reference.optional(),
  /** Absent: as Portcullis deploys it; of a Safe with `at` not managed. */
  singleton: reference.optional(),
  /** Absent: as Portcullis deploys it; of a Safe with `at` not managed. */
  fallbackHandler: reference.optional(),
  version: text('the version of the Safe contracts: "1.4.1"').default("1.4.1"),
});

export const timelock = z.strictObject({
  at: reference.optional(),
  /** `openzeppelin`: a plain TimelockController, only administered. */
  flavour: z.enum(["portcullis", "openzeppelin"]).default("portcullis"),
  /** How long an operation waits. */
  delay: duration,
  /** The delay can never be set below; fixed for ever. */
  floor: duration.optional(),
  /** The delay can never be set above; fixed for ever. */
  ceiling: duration.optional(),
  /** How long a ready operation stays executable. */
  expiry: duration.optional(),
  proposers: references,
  executors: z.union([z.literal("anyone"), references], { error: 'write "anyone" or a list of names' }),
  /** Who can cancel one operation at a time. */
  cancellers: references.default([]),
  /** Who can suspend a proposer at once. */
  guardians: references.default([]),
  /**
   * How many vetoes one account can hold and how long a spent budget takes to refill; fixed for ever.
   * Default: 3, and 3 times (ceiling + 1 day), so that no single account can stop everything for ever.
   */
  vetoes: z
    .strictObject({
      limit: z.int({ error: "write a number of vetoes: 3" }).min(1).max(65_535),
      window: duration,
    })
    .optional(),
  /** What must hold after every operation; bounds of both kinds count as two. */
  postConditions: z.array(z.union([invariant, rawPostCondition])).default([]),
  /** `openzeppelin` only: who holds the admin role beside the timelock itself. */
  admins: references.optional(),
});

export const manager = z.strictObject({
  at: reference.optional(),
  /** `openzeppelin`: a plain AccessManager, only administered. */
  flavour: z.enum(["portcullis", "openzeppelin"]).default("portcullis"),
  /** Who holds ADMIN, with no execution delay unless one is written. */
  admin: z.union(
    [reference, references, z.record(z.string(), z.strictObject({ delay: duration.optional() }))],
    {
      error: 'write a name, a list of names, or names with a delay: { alice: { delay: "1 day" } }',
    },
  ),
  /** How long a grant of ADMIN has to wait. */
  grantDelay: duration.default(0n),
});
