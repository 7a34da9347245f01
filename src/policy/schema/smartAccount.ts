/** Smart accounts: deployed, or with `at` only administered. */
import { z } from "zod";
import { session } from "./session.ts";
import { amount, bytes32, duration, reference, text } from "./text.ts";

const publicKey = z.strictObject({ x: bytes32, y: bytes32 });

const weight = z.int({ error: "write a weight: 1" }).min(1).max(255);
const weights = z.record(z.string(), weight);

/** Of a key that is no address: what checks its signatures, and the key's bytes as that knows them (ERC-7913). */
const verifiedGuardian = z.strictObject({
  weight: weight.default(1),
  verifier: reference,
  key: text("the key's bytes in hex: 0x…").regex(/^0x([0-9a-fA-F]{2})+$/, {
    error: "is not bytes in hex: write 0x and pairs of hex digits",
  }),
});

const guardians = z.record(
  z.string(),
  z.union([weight, verifiedGuardian], {
    error:
      'write a weight: 1, or { weight: 1, verifier: "eth:0x…", key: "0x…" } for a key that is no address',
  }),
);

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
  guardians,
  threshold: z.int({ error: "write how much weight has to approve: 2" }).min(1),
  /** How long a recovery waits. */
  delay: duration,
  /** How long it can be executed after that. */
  expiry: duration.default(604_800n),
  /** How many recoveries the owner can refuse before guardians with all their weight cannot be refused. */
  vetoes: z.int({ error: "write a number of vetoes: 3" }).default(3),
  /** Until one of them is back. Absent: the least the contract allows. */
  refill: duration.optional(),
  /** How long one guardian can hold value and modules. Absent: not at all. */
  freeze: duration.optional(),
  /** From the end of a freeze to the next. Absent: four times the freeze. */
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
