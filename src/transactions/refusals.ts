/** What a person is told about a stored transaction that cannot go on by itself, and the command that goes on. */
import { type Hash, isAddressEqual } from "viem";
import { PortcullisError } from "../errors.ts";
import { newest } from "./attempts.ts";
import type { Intent, NonceTaker, StoredTransaction } from "./types.ts";

/** @param network as the command line calls it; a placeholder when absent */
export type Commands = (verb: "bump" | "cancel" | "list" | "retry", id?: Hash) => string;

export function nameCommands(network = "<network>"): Commands {
  return (verb, id) =>
    `npx hardhat transaction ${verb}${id === undefined ? "" : ` ${id.slice(0, 10)}`} --network ${network}`;
}

/** Throws `INTENT_CHANGED` where the id was signed for something else. */
export function requireSame(record: StoredTransaction, intent: Intent, chainId: number): void {
  const same =
    record.chainId === chainId &&
    isAddressEqual(record.from, intent.from) &&
    (record.to === null ? intent.to === null : intent.to !== null && isAddressEqual(record.to, intent.to)) &&
    record.value === (intent.value ?? 0n) &&
    record.data.toLowerCase() === (intent.data ?? "0x").toLowerCase();
  if (same) return;
  throw new PortcullisError(
    "INTENT_CHANGED",
    `"${intent.label}" was signed before with other content ("${record.label}", nonce ${record.nonce})`,
    { hint: "plan again: what was signed stays as it was", details: { id: intent.id, nonce: record.nonce } },
  );
}

export function unknownTransaction(id: string, commands: Commands): PortcullisError {
  return new PortcullisError("TRANSACTION_UNKNOWN", `No stored transaction has the id ${id}`, {
    hint: commands("list"),
    details: { id },
  });
}

export function displaced(
  record: StoredTransaction,
  taker: NonceTaker | undefined,
  commands: Commands,
): PortcullisError {
  const { id, nonce, from, label, attempts } = record;
  return new PortcullisError(
    "NONCE_DISPLACED",
    `Nonce ${nonce} of ${from} was used by ${taker === undefined ? "a transaction that is not ours" : describeTaker(taker)}; "${label}" can no longer be included`,
    {
      hint: `find out who else uses this key; then ${commands("retry", id)}, and run the same command again`,
      details: { id, nonce, from, hashes: attempts.map((a) => a.hash), taker },
    },
  );
}

export function describeTaker({ hash, block, by, to }: NonceTaker): string {
  const what =
    by === "authorization"
      ? `an EIP-7702 authorization in ${hash}`
      : to === null
        ? `${hash}, which creates a contract`
        : `${hash} to ${to}`;
  return `${what} (block ${block})`;
}

export function cancelled(
  record: StoredTransaction,
  by: { hash: Hash; block: bigint },
  commands: Commands,
): PortcullisError {
  return new PortcullisError(
    "TRANSACTION_CANCELLED",
    `"${record.label}" was cancelled by ${by.hash} (block ${by.block}) and did not happen`,
    {
      hint: `if it is wanted after all: ${commands("retry", record.id)}, then run the same command again`,
      details: { id: record.id, nonce: record.nonce, ...by },
    },
  );
}

export function alreadyIncluded(
  record: StoredTransaction,
  found: { hash: Hash; block: bigint },
): PortcullisError {
  return new PortcullisError(
    "TRANSACTION_INCLUDED",
    `"${record.label}" is already in block ${found.block} (${found.hash})`,
    { hint: "nothing is stuck: run the interrupted command again", details: { id: record.id, ...found } },
  );
}

export function stillPending(
  record: StoredTransaction,
  timeout: number,
  commands: Commands,
): PortcullisError {
  const { hash } = newest(record);
  return new PortcullisError(
    "TRANSACTION_PENDING",
    `"${record.label}" is not in a block after ${Math.round(timeout / 1000)} seconds (${hash})`,
    {
      hint: `run the same command again to wait on (it is stored and is not sent twice), or pay more: ${commands("bump", record.id)}`,
      details: { id: record.id, hash, nonce: record.nonce },
    },
  );
}
