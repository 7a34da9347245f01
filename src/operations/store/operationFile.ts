/**
 * An operation as it is kept: `deployments/<network>/operations/<id>.json`. It holds the preimage of everything that
 * the chain has only as a hash, so that whoever has the file and a node can check it all again.
 */
import type { Address, Hash, Hex } from "viem";
import { z } from "zod";
import { PortcullisError } from "../../errors.ts";
import { toJson } from "../../json.ts";
import type { Route } from "../types.ts";

const hex = z.custom<Hex>(
  (v) => typeof v === "string" && /^0x([0-9a-fA-F]{2})*$/.test(v),
  "must be 0x and pairs of hexadecimal digits",
);
const hash = z.custom<Hash>((v) => typeof v === "string" && /^0x[0-9a-f]{64}$/.test(v), "must be 32 bytes");
const address = z.custom<Address>(
  (v) => typeof v === "string" && /^0x[0-9a-fA-F]{40}$/.test(v),
  "must be an address",
);
const integer = z
  .string()
  .regex(/^\d+$/, "must be a decimal number in quotes")
  .transform((v) => BigInt(v));

const call = z.strictObject({ to: address, value: integer, data: hex });

const route: z.ZodType<Route> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("direct"), from: address }),
    z.strictObject({ kind: z.literal("safe"), safe: address }),
    z.strictObject({ kind: z.literal("account"), account: address }),
    z.strictObject({ kind: z.literal("manager"), manager: address, from: address }),
    z.strictObject({ kind: z.literal("timelock"), timelock: address, proposer: route }),
  ]),
);

const safeTransaction = z.strictObject({
  to: address,
  value: integer,
  data: hex,
  operation: z.union([z.literal(0), z.literal(1)]),
  safeTxGas: integer,
  baseGas: integer,
  gasPrice: integer,
  gasToken: address,
  refundReceiver: address,
  nonce: integer,
});

const stage = z.enum(["schedule", "execute", "cancel"]);

const storedSafeTransaction = z.strictObject({
  stage,
  safe: address,
  calls: z.array(call),
  transaction: safeTransaction,
  domainHash: hash,
  messageHash: hash,
  safeTxHash: hash,
  /** `through`: the Safes between this one and the owner's, where a Safe owns it. */
  signatures: z.array(
    z.strictObject({ owner: address, signature: hex, through: z.array(address).min(1).max(2).optional() }),
  ),
  /** What owners of owning Safes sign; shown, and computed anew whenever it matters. */
  inner: z
    .array(
      z.strictObject({
        safe: address,
        through: z.array(address),
        threshold: z.number().int(),
        domainHash: hash,
        messageHash: hash,
        safeMessageHash: hash,
      }),
    )
    .optional(),
  /** `replaced`: another transaction took its nonce. */
  status: z.enum(["open", "executed", "replaced"]),
});

/** An account's operation that a bundler includes: kept before it leaves, so that it is signed for one nonce only. */
const storedUserOperation = z.strictObject({
  stage,
  account: address,
  entryPoint: z.enum(["0.9", "0.7"]),
  nonce: integer,
  callData: hex,
  /** No earlier block has it. */
  fromBlock: integer,
  /** All under the same nonce: at most one is ever included. The last one was sent last. */
  attempts: z
    .array(
      z.strictObject({
        userOpHash: hash,
        /** As `eth_sendUserOperation` takes it. */
        operation: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1),
});

const event = z.strictObject({
  /** Time of the block, seconds since the epoch. */
  at: integer,
  what: z.enum([
    "created",
    "signed",
    "queued",
    "exported",
    "scheduled",
    "executed",
    "cancelled",
    "reverted",
    "replaced",
  ]),
  stage: stage.optional(),
  by: address.optional(),
  transaction: hash.optional(),
  note: z.string().optional(),
});

export const operationFile = z.strictObject({
  schema: z.literal(1),
  id: hash,
  chainId: z.number().int().positive(),
  title: z.string(),
  reason: z.string(),
  deadline: integer,
  nonce: integer,
  effectsHash: hash.optional(),
  salt: hash,
  /** `chain`: proposed elsewhere and found in the timelock's logs; the preimage of its salt is not known here. */
  origin: z.literal("chain").optional(),
  route,
  calls: z.array(call).min(1),
  /** As it was confirmed; decoded anew from the bytes whenever it is shown. */
  text: z.string(),
  /** What was committed to with `effectsHash`: CanonicalEffects. */
  effects: z.unknown().optional(),
  /** The effects in words, at proposal. */
  effectsText: z.string().optional(),
  policyHash: hash,
  createdAt: integer,
  safeTransactions: z.array(storedSafeTransaction),
  /** What is being sent, by the ids its transactions have in the journal; taken out when what came of it is noted. */
  sending: z.strictObject({ stage, intents: z.array(hash) }).optional(),
  /** What a bundler was given; taken out when what came of it is noted. */
  userOperation: storedUserOperation.optional(),
  history: z.array(event),
});

export type OperationFile = z.output<typeof operationFile>;
export type StoredSafeTransaction = z.output<typeof storedSafeTransaction>;
export type StoredUserOperation = z.output<typeof storedUserOperation>;
export type StageName = z.output<typeof stage>;

/** @throws PortcullisError OPERATION_FILE_INVALID */
export function readOperationFile(text: string, path: string): OperationFile {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw invalid(path, `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = operationFile.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(path, `${issue?.path.join(".") || "it"} ${issue?.message ?? "is wrong"}`);
}

/** @throws PortcullisError OPERATION_FILE_INVALID */
export function readUserOperation(text: string, path: string): StoredUserOperation {
  try {
    return storedUserOperation.parse(JSON.parse(text));
  } catch {
    throw invalid(path, "is not what was given to a bundler");
  }
}

export function writeOperationFile(file: OperationFile): string {
  return `${toJson(file)}\n`;
}

function invalid(path: string, problem: string): PortcullisError {
  return new PortcullisError("OPERATION_FILE_INVALID", `${path}: ${problem}`, {
    hint: "restore the file from version control, or from another guardian's copy",
    details: { path },
  });
}
