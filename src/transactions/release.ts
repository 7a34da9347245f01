/**
 * Another nonce for an intent whose own is lost: cancelled, or used by somebody else. Only where the chain proves that
 * none of its signed bytes can ever be included: the transaction that has the nonce is known, and final.
 */
import type { Hash } from "viem";
import { PortcullisError } from "../errors.ts";
import { type Attempts, carrying } from "./attempts.ts";
import type { Chain } from "./chain.ts";
import { findNonceTaker } from "./nonceTaker.ts";
import { alreadyIncluded, type Commands } from "./refusals.ts";
import type { NonceTaker, StoredTransaction } from "./types.ts";

/** What may still be reorganised away: `confirmed` trusts the confirmations, for chains of a person's own. */
export type Finality = "finalized" | "confirmed";

export interface ProveLostOptions {
  chain: Chain;
  attempts: Pick<Attempts, "included">;
  finality: Finality;
  confirmations: number;
  commands: Commands;
}

/** Throws `TRANSACTION_NOT_LOST`, `TRANSACTION_INCLUDED`, `TRANSACTION_NOT_FINAL`, `HISTORY_MISSING`. */
export async function proveLost(record: StoredTransaction, options: ProveLostOptions): Promise<NonceTaker> {
  const { chain, commands } = options;
  const { id, label, nonce, from } = record;
  const taker = await findNonceTaker(chain, from, nonce);
  if (taker === undefined) {
    throw new PortcullisError(
      "TRANSACTION_NOT_LOST",
      `"${label}" can still be included: nonce ${nonce} of ${from} is free`,
      { hint: `${commands("bump", id)}, or ${commands("cancel", id)}`, details: { id, nonce, from } },
    );
  }
  if (carrying(record.attempts).some(({ hash }) => hash === taker.hash)) throw alreadyIncluded(record, taker);
  const found = await options.attempts.included(record);
  if (found !== undefined && found.attempt.kind !== "cancel")
    throw alreadyIncluded(record, { hash: found.attempt.hash, block: found.receipt.blockNumber });
  const final = await lastFinal(options);
  if (taker.block > final) {
    throw new PortcullisError(
      "TRANSACTION_NOT_FINAL",
      `Nonce ${nonce} of ${from} was used in block ${taker.block}, which a reorganisation could still undo (final: ${final})`,
      {
        hint: `wait until it is final (Ethereum: about 17 minutes), then ${commands("retry", id)}`,
        details: { id, block: taker.block, final },
      },
    );
  }
  return taker;
}

/** The record as it stands after the proof. */
export function markReleased(record: StoredTransaction, taker: NonceTaker): StoredTransaction {
  const { hash, block } = taker;
  const cancelledBy = (other: Hash) => record.attempts.some((a) => a.kind === "cancel" && a.hash === other);
  const status = cancelledBy(hash) ? "cancelled" : "displaced";
  return { ...record, outcome: { status, hash, block }, released: true };
}

async function lastFinal({ chain, finality, confirmations }: ProveLostOptions): Promise<bigint> {
  if (finality === "confirmed") return (await chain.blockNumber()) - BigInt(confirmations) + 1n;
  try {
    return await chain.finalizedBlock();
  } catch (cause) {
    throw new PortcullisError("FINALITY_UNKNOWN", "This node cannot say which block is final", {
      hint: 'use a node that knows the block tag "finalized": nothing is signed before it is known',
      cause,
    });
  }
}
