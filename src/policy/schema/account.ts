/** Safes, timelocks and managers: deployed, or with `at` only administered. */
import { z } from "zod";
import { duration, reference, references, text } from "./text.ts";

export const safe = z.strictObject({
  at: reference.optional(),
  owners: references.min(1, { error: "has no owner: name at least one" }),
  threshold: z.int({ error: "write how many owners have to sign: 3" }).min(1, { error: "write at least 1" }),
  /** Contracts that act for the Safe without signatures. */
  modules: references.default([]),
  guard: reference.optional(),
  /** Absent: not managed, whatever the Safe has stays. */
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
  /** Default: the proposers, as in the contract. */
  cancellers: references.optional(),
  /** Who can suspend a proposer at once. */
  guardians: references.default([]),
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
  /** `portcullis` only: the role that confirms the tier of key bindings. */
  registrar: text("the name of a role").optional(),
});
