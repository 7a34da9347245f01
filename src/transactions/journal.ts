/** The write-ahead journal: one file per intent, replaced as a whole. What is in it was signed; what is not was not. */
import type { Hash } from "viem";
import { z } from "zod";
import { PortcullisError } from "../errors.ts";
import { toJson } from "../json.ts";
import type { Journal, StoredTransaction } from "./types.ts";

/** Files as the journal needs them; `write` must be atomic and durable. */
export interface JournalFiles {
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
}

const hex = z.templateLiteral(["0x", z.string()]);
const wei = z.string().regex(/^\d+$/).transform(BigInt);
const attemptSchema = z.object({
  kind: z.enum(["original", "bump", "cancel"]),
  hash: hex,
  raw: hex,
  gas: wei,
  maxFeePerGas: wei,
  maxPriorityFeePerGas: wei,
  signedAt: z.number(),
});
const whole = z.number().int().nonnegative();
const recordSchema = z.object({
  id: hex,
  chainId: z.number(),
  label: z.string(),
  from: hex,
  to: hex.nullable(),
  value: wei,
  data: hex,
  nonce: whole,
  attempts: z.array(attemptSchema).min(1),
  outcome: z
    .object({ status: z.enum(["included", "reverted", "cancelled", "displaced"]), hash: hex, block: wei })
    .exactOptional(),
  released: z.literal(true).exactOptional(),
  earlier: z
    .array(z.object({ nonce: whole, attempts: z.array(attemptSchema).min(1), lostTo: hex, block: wei }))
    .exactOptional(),
});

export function openJournal(files: JournalFiles, folder = "transactions"): Journal {
  const path = (id: Hash) => `${folder}/${id}.json`;
  const read = async (file: string): Promise<StoredTransaction | undefined> => {
    const text = await files.read(file);
    return text === undefined ? undefined : parse(file, text);
  };
  return {
    get: async (id) => read(path(id)),
    put: async (record) => files.write(path(record.id), `${toJson(record)}\n`),
    list: async () => {
      const names = (await files.list(folder)).filter((name) => name.endsWith(".json"));
      const records = await Promise.all(names.map((name) => read(`${folder}/${name}`)));
      return records
        .filter((record) => record !== undefined)
        .toSorted((a, b) => a.from.localeCompare(b.from) || a.nonce - b.nonce);
    },
  };
}

function parse(file: string, text: string): StoredTransaction {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const result = recordSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PortcullisError(
    "JOURNAL_UNREADABLE",
    `${file} is not a transaction record: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    {
      hint: `git checkout -- the file, or look its transaction up on the chain before removing it`,
      details: { file },
    },
  );
}
