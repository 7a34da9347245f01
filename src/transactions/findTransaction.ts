/** The stored transaction that was meant: by its id or one of its hashes, in full or by the first digits, or by its label. */
import { PortcullisError } from "../errors.ts";
import { nearestName } from "../policy/text/nearest.ts";
import { hashesOf } from "./attempts.ts";
import type { StoredTransaction } from "./types.ts";

/** @throws PortcullisError TRANSACTION_UNKNOWN, TRANSACTION_AMBIGUOUS */
export function findTransaction(written: string, known: readonly StoredTransaction[]): StoredTransaction {
  const wanted = written.trim().toLowerCase();
  const named = (record: StoredTransaction) =>
    /^0x[0-9a-f]{4,}$/.test(wanted)
      ? [record.id, ...hashesOf(record)].some((hash) => hash.startsWith(wanted))
      : record.label.toLowerCase() === wanted;
  const [found, ...more] = known.filter(named);
  if (found === undefined) throw unknown(written, known);
  if (more.length === 0) return found;
  const meant = [found, ...more];
  throw new PortcullisError(
    "TRANSACTION_AMBIGUOUS",
    `${meant.length} transactions are meant by ${JSON.stringify(written)}`,
    {
      hint: `give more of the id: ${meant.map(({ id }) => id.slice(0, 14)).join(", ")}`,
      details: { ids: meant.map(({ id }) => id) },
    },
  );
}

function unknown(written: string, known: readonly StoredTransaction[]): PortcullisError {
  const near = nearestName(
    written,
    known.flatMap((record) => [record.id, record.label]),
  );
  return new PortcullisError("TRANSACTION_UNKNOWN", `No stored transaction is called ${written}`, {
    hint: near === undefined ? "npx hardhat transaction list" : `did you mean ${near}?`,
    details: { written, nearest: near },
  });
}
