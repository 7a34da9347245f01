/** Smart accounts: deployed, or with `at` only administered. */
import { z } from "zod";
import { session } from "./session.ts";
import { amount, bytes32, duration, reference } from "./text.ts";

const publicKey = z.strictObject({ x: bytes32, y: bytes32 });

const weights = z.record(z.string(), z.int({ error: "write a weight: 1" }).min(1).max(255));

const owner = z.union(
  [
    reference,
    z.strictObject({
      threshold: z.int({ error: "write how much weight has to sign: 2" }).min(1),
      /** Weights by name. */
      signers: weights,
    }),
    z.strictObject({ passkey: publicKey }),
    z.strictObject({ p256: publicKey }),
  ],
  {
    error:
      'write the name of a key, { threshold: 2, signers: { alice: 1, bob: 1 } }, or { passkey: { x: "0x…", y: "0x…" } }',
  },
);

const recovery = z.strictObject({
  /** Weights by name. */
  guardians: weights,
  threshold: z.int({ error: "write how much weight has to approve: 2" }).min(1),
  /** How long a recovery waits. */
  delay: duration,
  /** How long it can be executed after that. */
  expiry: duration,
  /** How many recoveries the owner can refuse before guardians with all their weight cannot be refused. */
  vetoes: z.int({ error: "write a number of vetoes: 3" }).min(1).max(32).default(3),
  /** Until one of them is back. */
  refill: duration.optional(),
  /** How long one guardian can hold value and modules. Absent: not at all. */
  freeze: duration.optional(),
  /** From the end of a freeze to the next. */
  rest: duration.optional(),
  /** What a recovered account may spend at first. */
  quarantine: z.strictObject({ duration, limit: amount }).optional(),
});

export const smartAccount = z.strictObject({
  at: reference.optional(),
  /** Absent of an account with `at`: not managed. */
  owner: owner.optional(),
  entryPoint: z.enum(["0.9", "0.7"]).default("0.9"),
  /** More accounts of one owner. */
  salt: z.int({ error: "write a whole number: 1" }).min(0).default(0),
  sessions: z.record(z.string(), session).default({}),
  recovery: recovery.optional(),
});
