/** The signed bytes of one stored transaction: making them, getting them to a node, finding them in a block. */
import { type Address, formatEther, type Hash, keccak256, type TransactionReceipt } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Signer } from "../signers/types.ts";
import { classifyRefusal, messages } from "./broadcastErrors.ts";
import type { Chain } from "./chain.ts";
import type { Fees } from "./fees.ts";
import type { Attempt, Clock, StoredTransaction } from "./types.ts";

export interface Found {
  attempt: Attempt;
  receipt: TransactionReceipt;
}

export interface Attempts {
  /** Signs; nothing leaves the process. */
  sign(
    record: Omit<StoredTransaction, "attempts">,
    gas: bigint,
    fees: Fees,
    kind: Attempt["kind"],
  ): Promise<Attempt>;
  /** Puts the newest bytes before the node; a refusal counts only where the node does not have them after all. */
  broadcast(record: StoredTransaction): Promise<void>;
  /** The attempt that is in a block, of the present nonce or of an earlier one. */
  included(record: StoredTransaction): Promise<Found | undefined>;
  /** Throws `INSUFFICIENT_FUNDS`. */
  requireFunds(call: { from: Address }, needed: bigint, label: string): Promise<void>;
}

export interface AttemptsOptions {
  chain: Chain;
  chainId: number;
  signer(address: Address): Promise<Signer>;
  clock: Clock;
  report(line: string): void;
  /** Whether one of the record's own attempts used its nonce. Throws `NONCE_DISPLACED` where another did. */
  isOvertaken(record: StoredTransaction): Promise<boolean>;
  /** What to say where a nonce in front of it is free; undefined where none is. */
  seeHole(record: StoredTransaction): Promise<PortcullisError | undefined>;
}

export function createAttempts(options: AttemptsOptions): Attempts {
  const { chain, chainId, clock } = options;

  async function requireFunds(call: { from: Address }, needed: bigint, label: string): Promise<void> {
    const balance = await chain.balance(call.from);
    if (balance >= needed) return;
    const missing = needed - balance;
    throw new PortcullisError(
      "INSUFFICIENT_FUNDS",
      `${call.from} has ${formatEther(balance)} ether; "${label}" needs up to ${formatEther(needed)}: ${formatEther(missing)} is missing`,
      {
        hint: `send ${formatEther(missing)} ether to ${call.from} and run the same command again`,
        details: { address: call.from, balance, needed, missing },
      },
    );
  }

  return {
    requireFunds,
    sign: async (record, gas, fees, kind) => {
      const signer = await options.signer(record.from);
      const empty = kind === "cancel";
      const raw = await signer.signTransaction({
        type: "eip1559",
        chainId,
        nonce: record.nonce,
        to: empty ? record.from : record.to,
        value: empty ? 0n : record.value,
        data: empty ? "0x" : record.data,
        gas,
        ...fees,
      });
      return { kind, hash: keccak256(raw), raw, gas, ...fees, signedAt: clock.now() };
    },
    broadcast: async (record) => {
      const attempt = newest(record);
      try {
        await chain.broadcast(attempt.raw);
      } catch (error) {
        for (const { hash } of record.attempts) if (await chain.knows(hash)) return;
        const refusal = classifyRefusal(error);
        if (refusal === "known") return;
        if (refusal === "nonce-too-low" && (await options.isOvertaken(record))) return;
        if (refusal === "insufficient-funds") {
          const value = attempt.kind === "cancel" ? 0n : record.value;
          await requireFunds(record, attempt.gas * attempt.maxFeePerGas + value, record.label);
        }
        // The base fee outran it: it stays stored, and `wait` bumps it when told to.
        if (refusal === "underpriced")
          return options.report(`${record.label}: the node finds its fee too low`);
        // Some nodes keep what is behind a hole, others do not take it.
        const hole = refusal === "nonce-too-high" ? await options.seeHole(record) : undefined;
        throw hole ?? refused(record, refusal, error);
      }
    },
    included: async (record) => {
      const lost = (record.earlier ?? []).flatMap((e) => carrying(e.attempts));
      for (const attempt of [...record.attempts.toReversed(), ...lost]) {
        const receipt = await chain.receipt(attempt.hash);
        if (receipt !== null) return { attempt, receipt };
      }
      return undefined;
    },
  };
}

export function newest(record: StoredTransaction): Attempt {
  const attempt = record.attempts.at(-1);
  if (attempt === undefined) throw new Error("a stored transaction has at least one attempt");
  return attempt;
}

/** Those that do what was asked for; cancellations do nothing. */
export function carrying(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter(({ kind }) => kind !== "cancel");
}

export function hashesOf(record: StoredTransaction): Hash[] {
  return [...(record.earlier ?? []).flatMap((e) => e.attempts), ...record.attempts].map(({ hash }) => hash);
}

function refused(record: StoredTransaction, refusal: string, cause: unknown): PortcullisError {
  return new PortcullisError(
    "BROADCAST_REFUSED",
    `The node refused "${record.label}": ${messages(cause).split("\n", 1)[0]}`,
    {
      hint: "run the same command again: the signed bytes are stored and will be sent, once",
      details: { id: record.id, hash: newest(record).hash, nonce: record.nonce, refusal },
      cause,
    },
  );
}
