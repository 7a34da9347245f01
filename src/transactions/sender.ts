/**
 * Sends each intent exactly once, whatever kills the process.
 *
 * The order is: sign, store, broadcast. Bytes that left were stored before; so after a kill either nothing left (no
 * record: the intent is built anew) or the record's bytes are broadcast again, and a nonce admits them once. An intent
 * keeps its nonce for ever: replacements share it, and no other intent gets it.
 *
 * Trusted: the journal's folder (one process at a time, see the project's lock), the node's answers about inclusion.
 */
import {
  type Abi,
  type Address,
  formatEther,
  type Hash,
  type Hex,
  isAddressEqual,
  keccak256,
  toHex,
} from "viem";
import { PortcullisError } from "../errors.ts";
import type { Signer } from "../signers/types.ts";
import { classifyRefusal, messages } from "./broadcastErrors.ts";
import { readChain } from "./chain.ts";
import { estimateBump, estimateFees, type Fees } from "./fees.ts";
import { explainRevert, replayRevert } from "./revert.ts";
import type {
  Attempt,
  Clock,
  FeePolicy,
  Intent,
  Journal,
  Rpc,
  Sender,
  Sent,
  StoredTransaction,
} from "./types.ts";

export interface SenderOptions {
  rpc: Rpc;
  chainId: number;
  journal: Journal;
  signer(address: Address): Promise<Signer>;
  clock: Clock;
  fees: FeePolicy;
  /** Blocks from the one that includes it, itself counted, before an intent counts as done. */
  confirmations: number;
  /** Milliseconds between two looks at the chain. */
  poll: number;
  /** Milliseconds after which `wait` gives up; the transaction stays stored and a later run goes on. */
  timeout: number;
  /** Milliseconds after which an unincluded transaction is bumped by itself; never when absent. */
  stuckAfter?: number;
  /** What could revert, for its error names. */
  abis?: readonly Abi[];
  /** Progress, one line each. */
  report?(line: string): void;
}

/** EIP-7825: no transaction may ask for more. */
const GAS_CAP = 16_777_216n;

export function createSender(options: SenderOptions): Sender {
  const { journal, clock, chainId } = options;
  const abis = options.abis ?? [];
  const chain = readChain(options.rpc);
  const report = options.report ?? (() => {});
  const exclusive = createQueue();
  const recovered = new Set<Address>();
  /** Ids that were signed by this process. */
  const own = new Set<Hash>();

  async function load(id: Hash): Promise<StoredTransaction> {
    const record = await journal.get(id);
    if (record !== undefined) return record;
    throw new PortcullisError("TRANSACTION_UNKNOWN", `No stored transaction has the id ${id}`, {
      hint: "look at the files in deployments/<network>/transactions",
    });
  }

  async function sign(
    record: Omit<StoredTransaction, "attempts">,
    gas: bigint,
    fees: Fees,
    kind: Attempt["kind"],
  ) {
    const signer = await options.signer(record.from);
    const raw = await signer.signTransaction({
      type: "eip1559",
      chainId,
      nonce: record.nonce,
      to: kind === "cancel" ? record.from : record.to,
      value: kind === "cancel" ? 0n : record.value,
      data: kind === "cancel" ? "0x" : record.data,
      gas,
      ...fees,
    });
    return { kind, hash: keccak256(raw), raw, gas, ...fees, signedAt: clock.now() } satisfies Attempt;
  }

  /** Builds, signs and stores; nothing has left the process when it returns. */
  async function prepare(intent: Intent): Promise<StoredTransaction> {
    const known = await journal.get(intent.id);
    if (known !== undefined) {
      requireSame(known, intent, chainId);
      return known;
    }
    await recover(intent.from);
    const call = {
      from: intent.from,
      to: intent.to,
      value: intent.value ?? 0n,
      data: intent.data ?? ("0x" as Hex),
    };
    const gas = intent.gas ?? (await estimateGas(call, intent.label));
    const fees = await estimateFees(chain, options.fees);
    await requireFunds(call, gas * fees.maxFeePerGas + call.value, intent.label);
    const nonce = await allocateNonce(intent);
    const record = { id: intent.id, chainId, label: intent.label, ...call, nonce };
    const attempt = await sign(record, gas, fees, "original");
    const stored: StoredTransaction = { ...record, attempts: [attempt] };
    await journal.put(stored);
    own.add(intent.id);
    return stored;
  }

  /** What earlier runs stored goes out first: a hole in the nonces would hold up everything behind it. */
  async function recover(from: Address): Promise<void> {
    if (recovered.has(from)) return;
    recovered.add(from);
    await resume(from);
  }

  async function allocateNonce(intent: Intent): Promise<number> {
    const latest = await chain.nonce(intent.from, "latest");
    const taken = (await journal.list()).filter((r) => isAddressEqual(r.from, intent.from));
    if (intent.nonce !== undefined) {
      const holder = taken.find((r) => r.nonce === intent.nonce);
      if (holder !== undefined || intent.nonce < latest) {
        throw new PortcullisError(
          "NONCE_TAKEN",
          `Nonce ${intent.nonce} of ${intent.from} already belongs to ${holder ? `"${holder.label}"` : "an included transaction"}`,
          {
            hint: "run the same command again",
            details: { nonce: intent.nonce, holder: holder?.id, latest },
          },
        );
      }
      return intent.nonce;
    }
    const pending = await chain.nonce(intent.from, "pending");
    return Math.max(latest, pending, ...taken.filter((r) => r.nonce >= latest).map((r) => r.nonce + 1));
  }

  async function estimateGas(
    call: { from: Address; to: Address | null; value: bigint; data: Hex },
    label: string,
  ): Promise<bigint> {
    try {
      const gas = ((await chain.estimateGas(call)) * 6n) / 5n;
      return gas < GAS_CAP ? gas : GAS_CAP;
    } catch (error) {
      if (classifyRefusal(error) === "insufficient-funds") await requireFunds(call, call.value + 1n, label);
      throw new PortcullisError(
        "TRANSACTION_WOULD_REVERT",
        `"${label}" would revert: ${explainRevert(error, abis)}`,
        {
          hint: "nothing was signed; correct what the error names and run the same command again",
          details: { ...call },
          cause: error,
        },
      );
    }
  }

  async function requireFunds(call: { from: Address }, needed: bigint, label: string): Promise<void> {
    const balance = await chain.balance(call.from);
    if (balance >= needed) return;
    throw new PortcullisError(
      "INSUFFICIENT_FUNDS",
      `${call.from} has ${formatEther(balance)} ether; "${label}" needs up to ${formatEther(needed)}: ${formatEther(needed - balance)} is missing`,
      {
        hint: `send ${formatEther(needed - balance)} ether to ${call.from} and run the same command again`,
        details: { address: call.from, balance, needed, missing: needed - balance },
      },
    );
  }

  /** Puts the newest bytes before the node; a refusal counts only where the node does not have them after all. */
  async function broadcast(record: StoredTransaction): Promise<void> {
    const attempt = newest(record);
    try {
      await chain.broadcast(attempt.raw);
    } catch (error) {
      for (const { hash } of record.attempts) if (await chain.knows(hash)) return;
      const refusal = classifyRefusal(error);
      if (refusal === "known") return;
      if (refusal === "nonce-too-low" && (await isOvertaken(record))) return;
      if (refusal === "insufficient-funds") {
        const { value } = record;
        await requireFunds(record, attempt.gas * attempt.maxFeePerGas + value, record.label);
      }
      // The base fee outran it: it stays stored, and `wait` bumps it when told to.
      if (refusal === "underpriced") return report(`${record.label}: the node finds its fee too low`);
      throw new PortcullisError(
        "BROADCAST_REFUSED",
        `The node refused "${record.label}": ${messages(error).split("\n", 1)[0]}`,
        {
          hint: "run the same command again: the signed bytes are stored and will be sent, once",
          details: { id: record.id, hash: attempt.hash, nonce: record.nonce, refusal },
          cause: error,
        },
      );
    }
  }

  async function included(record: StoredTransaction) {
    for (const attempt of record.attempts.toReversed()) {
      const receipt = await chain.receipt(attempt.hash);
      if (receipt !== null) return { attempt, receipt };
    }
    return undefined;
  }

  /**
   * True when the nonce is spent and one of our attempts spent it. Throws `NONCE_DISPLACED` when none did; asks several
   * times before, since a node behind a balancer may know the nonce before the receipt.
   */
  async function isOvertaken(record: StoredTransaction): Promise<boolean> {
    for (let look = 0; look < 5; look += 1) {
      if (look > 0) await clock.sleep(options.poll);
      if ((await chain.nonce(record.from, "latest")) <= record.nonce) return false;
      if ((await included(record)) !== undefined) return true;
    }
    throw displaced(record);
  }

  async function wait(id: Hash): Promise<Sent> {
    const start = clock.now();
    for (let round = 0; ; round += 1) {
      const record = await load(id);
      const found = await included(record);
      if (found !== undefined) {
        const depth = (await chain.blockNumber()) - found.receipt.blockNumber + 1n;
        if (depth >= BigInt(options.confirmations)) return settle(record, found.attempt, found.receipt);
      } else if (!(await chain.knows(newest(record).hash))) {
        // Never sent, dropped, or its block was orphaned: the same bytes again.
        if (
          (await chain.nonce(record.from, "latest")) > record.nonce &&
          (await included(record)) === undefined
        )
          throw displaced(record);
        await broadcast(record);
        if (round === 0) continue;
      }
      const waited = clock.now() - newest(record).signedAt;
      if (found === undefined && options.stuckAfter !== undefined && waited > options.stuckAfter)
        await bump(id);
      if (clock.now() - start > options.timeout) throw stuck(record, options.timeout);
      await clock.sleep(options.poll);
    }
  }

  async function settle(
    record: StoredTransaction,
    attempt: Attempt,
    receipt: Sent["receipt"],
  ): Promise<Sent> {
    const status =
      attempt.kind === "cancel" ? "cancelled" : receipt.status === "success" ? "included" : "reverted";
    const outcome = { status, hash: attempt.hash, block: receipt.blockNumber } as const;
    if (record.outcome?.hash !== outcome.hash || record.outcome.block !== outcome.block)
      await journal.put({ ...record, outcome });
    const details = { id: record.id, hash: attempt.hash, block: receipt.blockNumber };
    if (status === "cancelled")
      throw new PortcullisError(
        "TRANSACTION_CANCELLED",
        `"${record.label}" was cancelled by ${attempt.hash}`,
        {
          hint: "its id is spent; change the operation to ask for it again",
          details,
        },
      );
    if (status === "reverted") {
      const reason = await replayRevert(chain, record, receipt.blockNumber, abis);
      throw new PortcullisError("TRANSACTION_REVERTED", `"${record.label}" reverted on-chain: ${reason}`, {
        hint: `look at transaction ${attempt.hash}, correct what the error names and plan again`,
        details,
      });
    }
    return { hash: attempt.hash, receipt, resumed: !own.has(record.id) };
  }

  async function submit(intent: Intent): Promise<Hash> {
    return exclusive(intent.from, async () => {
      const record = await prepare(intent);
      const found = await included(record);
      if (found !== undefined) return found.attempt.hash;
      await broadcast(record);
      return newest(record).hash;
    });
  }

  async function resume(from?: Address): Promise<readonly StoredTransaction[]> {
    const open: StoredTransaction[] = [];
    for (const record of await journal.list()) {
      if (record.chainId !== chainId || (from !== undefined && !isAddressEqual(record.from, from))) continue;
      if ((await included(record)) !== undefined) continue;
      if (await isOvertaken(record)) continue;
      report(`sending again, as stored: ${record.label} (nonce ${record.nonce})`);
      await broadcast(record);
      open.push(record);
    }
    return open;
  }

  async function replace(id: Hash, kind: "bump" | "cancel"): Promise<Hash> {
    const record = await load(id);
    const found = await included(record);
    if (found !== undefined)
      throw new PortcullisError(
        "TRANSACTION_INCLUDED",
        `"${record.label}" is already in block ${found.receipt.blockNumber}`,
        {
          hint: "nothing is stuck",
          details: { id, hash: found.attempt.hash },
        },
      );
    const last = newest(record);
    const fees = await estimateBump(chain, options.fees, last);
    const attempt = await sign(
      record,
      kind === "cancel" ? 21_000n : last.gas,
      fees,
      kind === "cancel" || last.kind === "cancel" ? "cancel" : "bump",
    );
    const stored = { ...record, attempts: [...record.attempts, attempt] };
    await journal.put(stored);
    await broadcast(stored);
    return attempt.hash;
  }

  const bump = (id: Hash) => replace(id, "bump");
  return {
    submit,
    wait,
    bump,
    cancel: (id) => replace(id, "cancel"),
    send: async (intent) => {
      await submit(intent);
      return wait(intent.id);
    },
    resume,
    list: () => journal.list(),
  };
}

/** An id for an intent that has no natural one: what it does, on which chain. */
export function intentId(chainId: number, ...parts: readonly string[]): Hash {
  return keccak256(toHex(JSON.stringify([chainId, ...parts])));
}

function newest(record: StoredTransaction): Attempt {
  const attempt = record.attempts.at(-1);
  if (attempt === undefined) throw new Error("a stored transaction has at least one attempt");
  return attempt;
}

function requireSame(record: StoredTransaction, intent: Intent, chainId: number): void {
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

function displaced(record: StoredTransaction): PortcullisError {
  return new PortcullisError(
    "NONCE_DISPLACED",
    `Nonce ${record.nonce} of ${record.from} was used by a transaction that is not ours; "${record.label}" can no longer be included`,
    {
      hint: `find out who else uses this key; then remove deployments/<network>/transactions/${record.id}.json and run the same command again`,
      details: {
        id: record.id,
        nonce: record.nonce,
        from: record.from,
        hashes: record.attempts.map((a) => a.hash),
      },
    },
  );
}

function stuck(record: StoredTransaction, timeout: number): PortcullisError {
  return new PortcullisError(
    "TRANSACTION_PENDING",
    `"${record.label}" is not in a block after ${Math.round(timeout / 1000)} seconds (${newest(record).hash})`,
    {
      hint: "run the same command again to wait on; it is stored and is not sent twice",
      details: { id: record.id, hash: newest(record).hash, nonce: record.nonce },
    },
  );
}

/** Runs what concerns one account one after the other. */
function createQueue(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work, work);
    tails.set(
      key,
      result.catch(() => {}),
    );
    return result;
  };
}
