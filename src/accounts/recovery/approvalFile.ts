/** What guardians pass around: what is asked for and the signatures so far. Nothing in it is secret, nor trusted. */
import { isAddress, isHex } from "viem";
import { z } from "zod";
import { PortcullisError } from "../../errors.ts";
import { toJson } from "../../json.ts";
import { type ShownFile, showFile } from "./showFile.ts";
import { decodeTerms } from "./terms.ts";

const hex = z.custom<`0x${string}`>(
  (value) => typeof value === "string" && isHex(value) && value.length % 2 === 0,
  "is no hex",
);
const address = z.custom<`0x${string}`>((value) => typeof value === "string" && isAddress(value), {
  error: "is no address",
});
const whole = z
  .string()
  .regex(/^\d{1,78}$/, "is no whole number")
  .transform(BigInt);
const time = z
  .int()
  .min(0)
  .max(2 ** 48 - 1);
const place = z.strictObject({
  chainId: z.int().min(1),
  module: address,
  account: address,
  /** The account's terms: what guardians see, and what their hash is signed for. */
  terms: hex,
});
const shared = {
  format: z.literal("portcullis-guardian-approval"),
  version: z.literal(1),
  /** Why it is asked for. */
  reason: z.string().max(1_000).optional(),
  signatures: z.array(z.strictObject({ signer: hex, signature: hex })).max(64),
};

const schema = z.discriminatedUnion("action", [
  z.strictObject({
    ...shared,
    action: z.literal("recover"),
    places: z
      .array(z.strictObject({ ...place.shape, nonce: whole }))
      .min(1)
      .max(1_024),
    /** ERC-7913. */
    newOwner: hex,
    /** Seconds. */
    deadline: time,
  }),
  z.strictObject({
    ...shared,
    action: z.enum(["freeze", "unfreeze", "veto"]),
    places: z.tuple([place]),
    /** Which freeze or change. */
    number: whole,
    deadline: time,
  }),
  z.strictObject({ ...shared, action: z.literal("drill"), places: z.tuple([place]), signedAt: time }),
]);

export type ApprovalFile = z.infer<typeof schema>;
export type RecoveryFile = Extract<ApprovalFile, { action: "recover" }>;

export const fileHeader = { format: "portcullis-guardian-approval", version: 1, signatures: [] } as const;

/** @throws PortcullisError APPROVAL_FILE_INVALID, APPROVAL_FILE_CHANGED, RECOVERY_TERMS_INVALID */
export function parseApprovalFile(text: string): ApprovalFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is no JSON", cause);
  }
  const { shown, ...content } = isRecord(json) ? json : {};
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join(".") || "it"}: ${issue?.message}`, parsed.error);
  }
  const file = parsed.data;
  for (const { terms } of file.places) decodeTerms(terms);
  requireShown(file, shown);
  return file;
}

/** With what it says in words, and the hashes a device shows. */
export function writeApprovalFile(file: ApprovalFile): string {
  const { format, version, action, ...content } = file;
  return `${toJson({ format, version, action, shown: showFile(file), ...content })}\n`;
}

/** Throws where the file's words or hashes are not those of what would be signed. */
function requireShown(file: ApprovalFile, shown: unknown): void {
  const expected = showFile(file);
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const { says, hashes } = (shown ?? {}) as Partial<ShownFile>;
  const wrong = !same(says, expected.says) ? "words" : !same(hashes, expected.hashes) ? "hashes" : undefined;
  if (wrong === undefined) return;
  throw new PortcullisError(
    "APPROVAL_FILE_CHANGED",
    `The file's ${wrong} are not those of what guardians would sign`,
    {
      hint: "sign nothing; have whoever sent it write it anew: `npx hardhat recovery propose`",
      details: { expected },
    },
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (problem: string, cause: unknown): PortcullisError =>
  new PortcullisError("APPROVAL_FILE_INVALID", `This is no file for guardians: ${problem}`, {
    hint: "npx hardhat recovery propose",
    cause,
  });
