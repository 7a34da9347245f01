/** Roles of a manager, what they may call and who holds them. */
import { z } from "zod";
import { duration, instant, text } from "./text.ts";

const functionList = z.array(text('a function: "withdraw", "withdraw(address,uint256)" or its selector'));

export const grant = z.strictObject({
  /** How long a call by this member has to wait. Default: not at all. */
  delay: duration.optional(),
  /** First second at which it is no longer active. Absent: permanent. */
  until: instant.optional(),
});

export const role = z.strictObject({
  /** Only needed where the policy has several managers. */
  manager: text("the name of a manager").optional(),
  /** Default: derived from the name. */
  id: z
    .union([z.int().min(1), z.bigint().min(1n), z.string().regex(/^[1-9]\d*$/)], {
      error: "write a whole number from 1 on",
    })
    .transform((id) => BigInt(id))
    .optional(),
  /** On-chain label. Default: the name (a plain AccessManager: not managed). */
  label: text("the label the chain shows").optional(),
  /** What it is for: shown by `policy show`. */
  description: text("what the role is for").optional(),
  /** Functions by contract. */
  may: z.record(z.string(), functionList).default({}),
  /** The role that grants and revokes it. */
  admin: text("the name of a role").default("ADMIN"),
  /** The role that cancels its operations and vetoes its grants. */
  guardian: text("the name of a role").default("ADMIN"),
  /** How long a grant of it has to wait. */
  grantDelay: duration.default(0n),
  /** Gives no power to a key whose binding is missing, revoked or overdue. */
  keyBound: z.boolean().default(false),
  /** By holder. */
  grants: z.record(z.string(), grant).default({}),
});
