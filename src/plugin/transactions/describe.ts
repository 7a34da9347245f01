/** Stored transactions in words: the same text is listed, and asked about before anything is signed. */
import { formatEther, formatGwei, size } from "viem";
import { nameOf } from "../../operations/describe.ts";
import { formatCalls } from "../../operations/format.ts";
import { describeTaker } from "../../transactions/refusals.ts";
import type {
  NonceTaker,
  Replacement,
  StoredTransaction,
  TransactionState,
} from "../../transactions/types.ts";
import type { Project } from "../project.ts";

export function describeTransaction(record: StoredTransaction, { book }: Project): string {
  const { id, label, from, to, value, data, nonce } = record;
  const what =
    to === null
      ? `creates a contract (${size(data)} bytes of code and arguments)`
      : formatCalls([{ to, value, data }], book);
  return [
    `Transaction ${id.slice(0, 10)}: ${label}`,
    `from ${nameOf(from, book)}, nonce ${nonce}`,
    what,
  ].join("\n");
}

export function describeTransactionState(state: TransactionState): string {
  switch (state.status) {
    case "pending":
      return `waits in the node's pool (${state.hash})`;
    case "unsent":
      return "signed, and the node does not have it: its command sends it again";
    case "displaced":
      return `can no longer be included: its nonce was used by ${state.taker === undefined ? "a transaction that is not ours" : describeTaker(state.taker)}`;
    case "released":
      return `lost its nonce to ${state.lostTo}; its command signs it anew`;
    default:
      return `${state.status} in block ${state.block} (${state.hash})`;
  }
}

/** What will be signed, and what it can cost at most. */
export function describeReplacement(replacement: Replacement): string {
  const { kind, record, gas, maxFeePerGas, maxPriorityFeePerGas } = replacement;
  const last = record.attempts.at(-1);
  const value = kind === "cancel" ? 0n : record.value;
  return [
    kind === "cancel"
      ? `Cancel: an empty transfer of ${record.from} to itself takes nonce ${record.nonce}; what is above does not happen`
      : `Bump: the same transaction, on the same nonce ${record.nonce}, with higher fees`,
    `  fee per gas up to ${formatGwei(maxFeePerGas)} gwei (was ${formatGwei(last?.maxFeePerGas ?? 0n)}), of it a tip up to ${formatGwei(maxPriorityFeePerGas)} (was ${formatGwei(last?.maxPriorityFeePerGas ?? 0n)})`,
    `  costs up to ${formatEther(gas * maxFeePerGas + value)} ether`,
    "  whichever is included first counts; only one can be",
  ].join("\n");
}

export function describeRelease(record: StoredTransaction, taker: NonceTaker): string {
  return [
    `Nonce ${record.nonce} was used by ${describeTaker(taker)}, which is final: the signed bytes can never be included.`,
    "Its command may sign it anew, under another nonce, once.",
  ].join("\n");
}
