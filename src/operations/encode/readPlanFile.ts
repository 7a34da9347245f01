/**
 * Calls from a file: ours, or the Safe app's transaction builder's.
 *
 *   { "calls": [ "vault.setLimit(100 ether)",
 *                { "contract": "vault", "function": "withdraw", "args": ["alice", "1 ether"], "value": "0 ether" },
 *                { "to": "vault", "value": "1 ether", "data": "0x…" } ] }
 */
import { z } from "zod";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { readTransactionBuilder } from "../../safe/transactionBuilder.ts";
import type { Call } from "../types.ts";
import { parseCall } from "./parseCall.ts";

const argument: z.ZodType<Argument> = z.lazy(() =>
  z.union([z.string(), z.number().int().safe(), z.boolean(), z.array(argument)]),
);
type Argument = string | number | boolean | Argument[];

const schema = z.strictObject({
  $schema: z.string().optional(),
  calls: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          to: z.string(),
          value: z.string().default("0"),
          data: z
            .string()
            .regex(/^0x([0-9a-fA-F]{2})*$/)
            .default("0x"),
        }),
        z.strictObject({
          contract: z.string(),
          function: z.string(),
          args: z.array(argument).default([]),
          value: z.string().default("0"),
        }),
      ]),
    )
    .min(1),
});

/** @throws PortcullisError PLAN_FILE_INVALID, TRANSACTION_BUILDER_*, WRONG_CHAIN, and what `parseCall` throws */
export function readPlanFile(text: string, book: AddressBook): Call[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw invalid(`it is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (typeof raw === "object" && raw !== null && "transactions" in raw)
    return readTransactionBuilder(raw, book.chainId);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join(".") || "it"}: ${issue?.message}`);
  }
  return parsed.data.calls.map((entry) => {
    if (typeof entry === "string") return parseCall(entry, book);
    if ("contract" in entry) {
      const value = entry.value === "0" ? "" : `{value: ${entry.value}}`;
      return parseCall(
        `${entry.contract}.${entry.function}(${entry.args.map(write).join(", ")})${value}`,
        book,
      );
    }
    const transfer = parseCall(`${entry.to}{value: ${entry.value}}`, book);
    return { ...transfer, data: entry.data.toLowerCase() as Call["data"] };
  });
}

/** Strings of a plan are written values (`alice`, `1 ether`, `"text"` in quotes of its own). */
function write(value: Argument): string {
  return Array.isArray(value) ? `[${value.map(write).join(", ")}]` : String(value);
}

function invalid(problem: string): PortcullisError {
  return new PortcullisError("PLAN_FILE_INVALID", `This is no plan of calls: ${problem}`, {
    hint: 'write { "calls": ["vault.setLimit(100 ether)"] }, or export a batch from the Safe app\'s transaction builder',
  });
}
