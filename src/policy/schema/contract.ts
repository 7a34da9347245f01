/** Contracts the policy deploys, or with `at` only administers, and what administers them. */
import { z } from "zod";
import { duration, reference, references, text } from "./text.ts";

/** As written: a name, an amount, a duration, a number; its meaning follows the parameter's type in the ABI. */
export type Argument =
  | string
  | number
  | bigint
  | boolean
  | readonly Argument[]
  | { readonly [field: string]: Argument };

const argument: z.ZodType<Argument, Argument> = z.lazy(() =>
  z.union(
    [
      z.string(),
      z.number().int(),
      z.bigint(),
      z.boolean(),
      z.array(argument),
      z.record(z.string(), argument),
    ],
    { error: "write text, a whole number, true or false, or a list of these" },
  ),
);

export const argumentList = z.array(argument);

const functions = z.array(text('a function: "withdraw", "withdraw(address,uint256)" or its selector'));

const accessControl = z.strictObject({
  /** By the name that is hashed ("MINTER_ROLE"), by DEFAULT_ADMIN_ROLE, or by 32 bytes of hex. */
  roles: z.record(
    z.string(),
    z.strictObject({
      admin: text('the role that grants it: "DEFAULT_ADMIN_ROLE"').default("DEFAULT_ADMIN_ROLE"),
      members: references,
    }),
  ),
  /** AccessControlDefaultAdminRules: its one admin and the delay of handing over. */
  defaultAdmin: z.strictObject({ admin: reference, delay: duration }).optional(),
});

export const contract = z.strictObject({
  /** Contract name in the artifacts; what is deployed, or with `at` only where the ABI comes from. */
  artifact: text('the name of a contract: "Vault"').optional(),
  /** Human-readable ABI of a contract without artifact: ["function pause()"]. */
  abi: z.array(text('a signature: "function pause()"')).optional(),
  /** The contract exists already. */
  at: reference.optional(),
  proxy: z
    .union([
      z.enum(["uups", "transparent"]),
      z.strictObject({
        kind: z.enum(["uups", "transparent", "beacon"]),
        /** Who may upgrade a transparent proxy: its ProxyAdmin. */
        admin: reference.optional(),
        implementation: reference.optional(),
        beacon: reference.optional(),
      }),
    ])
    .optional(),
  /** Function the proxy calls when it is created; `args` are then its arguments. */
  initializer: text('the name of a function: "initialize"').optional(),
  args: argumentList.optional(),
  /** Of the implementation behind a proxy: what its constructor takes, for its immutables. */
  constructorArgs: argumentList.optional(),
  /** AccessManaged: the manager that is its authority. */
  manager: reference.optional(),
  /** How long changes to what its roles may do have to wait. */
  adminDelay: duration.optional(),
  /** The manager lets no role call its restricted functions: an emergency that lasts. */
  closed: z.boolean().default(false),
  /** Functions that anyone may call, by intent. */
  open: functions.default([]),
  /** Functions that stay with the manager's ADMIN, by intent. */
  adminOnly: functions.default([]),
  /** Ownable: the owner. */
  ownable: z.union([reference, z.strictObject({ owner: reference, twoStep: z.boolean() })]).optional(),
  accessControl: accessControl.optional(),
});
