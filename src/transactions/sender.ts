/**
 * Sends each intent exactly once, whatever kills the process.
 *
 * The order is: sign, store, broadcast. Bytes that left were stored before; so after a kill either nothing left (no
 * record: the intent is built anew) or the record's bytes are broadcast again, and a nonce admits them once. An intent
 * keeps its nonce: replacements share it, and no other intent gets it. It gets another one only after the chain proved
 * that the first is lost for good and a person said so (`release`).
 *
 * Trusted: the journal's folder (one process at a time, see the project's lock), the node's answers about inclusion.
 */
import { type Abi, type Address, type Hash, type Hex, isAddressEqual, keccak256, toHex } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Signer } from "../signers/types.ts";
import { allocateNonce } from "./allocateNonce.ts";
import { createAttempts, type Found, newest } from "./attempts.ts";
import { readChain } from "./chain.ts";
import { estimateGas } from "./estimateGas.ts";
import { estimateBump, estimateFees } from "./fees.ts";
import { behindHole, findNonceHole } from "./nonceHole.ts";
import { findNonceTaker } from "./nonceTaker.ts";
import { createQueue } from "./queue.ts";
import { receiptStatus } from "./receiptStatus.ts";
import {
  alreadyIncluded,
  cancelled,
  displaced,
  nameCommands,
  requireSame,
  stillPending,
  unknownTransaction,
} from "./refusals.ts";
import { type Finality, markReleased, type ProveLostOptions, proveLost } from "./release.ts";
import { explainReverted } from "./revert.ts";
import type {
  Clock,
  EarlierNonce,
  FeePolicy,
  Intent,
  Journal,
  Replacement,
  Rpc,
  Sender,
  Sent,
  StoredTransaction,
  TransactionState,
} from "./types.ts";

export interface SenderOptions {
  rpc: Rpc;
  chainId: number;
  /** Its name on the command line, for hints. */
  network?: string;
  journal: Journal;
  signer(address: Address): Promise<Signer>;
  clock: Clock;
  fees: FeePolicy;
  /** Blocks from the one that includes it, itself counted, before an intent counts as done. */
  confirmations: number;
  /** What a lost nonce must be before its intent may get another. */
  finality: Finality;
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

export function createSender(options: SenderOptions): Sender {
  const { journal, clock, chainId } = options;
  const abis = options.abis ?? [];
  const chain = readChain(options.rpc);
  const report = options.report ?? (() => {});
  const commands = nameCommands(options.network);
  /** By account: nonces are given out one after the other. */
  const perAccount = createQueue();
  /** By record: it is read, changed and written in one piece, or a bump would be lost to an outcome. */
  const perRecord = createQueue();
  const recovered = new Set<Address>();
  /** When this process began to wait for it, milliseconds since the epoch. */
  const watched = new Map<Hash, number>();
  /** Ids that were signed by this process. */
  const own = new Set<Hash>();
  const attempts = createAttempts({ ...options, chain, report, isOvertaken, seeHole });
  const { broadcast, included } = attempts;

  async function load(id: Hash): Promise<StoredTransaction> {
    const record = await journal.get(id);
    if (record === undefined) throw unknownTransaction(id, commands);
    return record;
  }

  /** Builds, signs and stores; nothing has left the process when it returns. */
  async function prepare(intent: Intent): Promise<StoredTransaction> {
    const known = await journal.get(intent.id);
    if (known !== undefined) {
      requireSame(known, intent, chainId);
      if (!(await mayMove(known))) return known;
    }
    await recover(intent.from);
    const call = {
      from: intent.from,
      to: intent.to,
      value: intent.value ?? 0n,
      data: intent.data ?? ("0x" as Hex),
    };
    const gas = intent.gas ?? (await estimateGas(call, intent.label, chain, abis, attempts.requireFunds));
    const fees = await estimateFees(chain, options.fees);
    await attempts.requireFunds(call, gas * fees.maxFeePerGas + call.value, intent.label);
    const nonce = await allocateNonce(intent, chain, journal);
    const record = { id: intent.id, chainId, label: intent.label, ...call, nonce };
    const attempt = await attempts.sign(record, gas, fees, "original");
    const earlier = known === undefined ? [] : earlierOf(known);
    const stored: StoredTransaction = {
      ...record,
      attempts: [attempt],
      ...(earlier.length === 0 ? {} : { earlier }),
    };
    await journal.put(stored);
    own.add(intent.id);
    return stored;
  }

  /** Whether a released intent gets another nonce. Not where a reorganisation made its old bytes valid again. */
  async function mayMove(record: StoredTransaction): Promise<boolean> {
    if (record.released !== true) return false;
    if ((await chain.nonce(record.from, "latest")) <= record.nonce) return false;
    const found = await included(record);
    return found === undefined || found.attempt.kind === "cancel";
  }

  /** What earlier runs stored goes out first: a hole in the nonces would hold up everything behind it. */
  async function recover(from: Address): Promise<void> {
    if (recovered.has(from)) return;
    recovered.add(from);
    await resume(from);
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
    throw displaced(record, await seeTaker(record), commands);
  }

  /** As far as this node can tell. */
  async function seeTaker({ from, nonce }: StoredTransaction) {
    return findNonceTaker(chain, from, nonce).catch((error: unknown) => {
      if (error instanceof PortcullisError) return undefined;
      throw error;
    });
  }

  async function wait(id: Hash): Promise<Sent> {
    watched.delete(id);
    for (;;) {
      const sent = await look(id);
      if (sent !== undefined) return sent;
      await clock.sleep(options.poll);
    }
  }

  async function look(id: Hash): Promise<Sent | undefined> {
    const since = watched.get(id) ?? clock.now();
    watched.set(id, since);
    const sent = await lookOnce(id);
    if (sent !== undefined) watched.delete(id);
    else if (clock.now() - since > options.timeout) {
      const record = await load(id);
      throw (await seeHole(record)) ?? stillPending(record, options.timeout, commands);
    }
    return sent;
  }

  async function seeHole(record: StoredTransaction): Promise<PortcullisError | undefined> {
    const hole = await findNonceHole(record, chain, journal);
    return hole === undefined ? undefined : behindHole(record, hole, commands);
  }

  async function lookOnce(id: Hash): Promise<Sent | undefined> {
    const record = await load(id);
    let found = await included(record);
    if (found === undefined && !(await chain.knows(newest(record).hash))) {
      // Never sent, dropped, or its block was orphaned: the same bytes again.
      if (!(await isOvertaken(record))) await broadcast(record);
      found = await included(record);
    }
    if (found !== undefined) {
      const depth = (await chain.blockNumber()) - found.receipt.blockNumber + 1n;
      return depth >= BigInt(options.confirmations) ? settle(id, found) : undefined;
    }
    const waited = clock.now() - newest(record).signedAt;
    if (options.stuckAfter !== undefined && waited > options.stuckAfter) await bumpStuck(id);
    return undefined;
  }

  /** Above the ceiling there is nothing to do but wait: that is no reason to stop waiting. */
  async function bumpStuck(id: Hash): Promise<void> {
    try {
      await replace(await quote(id, "bump"));
    } catch (error) {
      const code = error instanceof PortcullisError ? error.code : undefined;
      if (code !== "FEES_ABOVE_CEILING" && code !== "TRANSACTION_INCLUDED") throw error;
    }
  }

  async function settle(id: Hash, { attempt, receipt }: Found): Promise<Sent> {
    const { hash } = attempt;
    const block = receipt.blockNumber;
    const outcome = { status: statusOf({ attempt, receipt }), hash, block };
    const record = await perRecord(id, async () => {
      const stored = await load(id);
      if (stored.outcome?.hash === hash && stored.outcome.block === block) return stored;
      const settled = { ...stored, outcome };
      await journal.put(settled);
      return settled;
    });
    if (outcome.status === "cancelled") throw cancelled(record, { hash, block }, commands);
    if (outcome.status === "reverted") {
      const reason = await explainReverted(chain, record, receipt, abis);
      throw new PortcullisError("TRANSACTION_REVERTED", `"${record.label}" reverted on-chain: ${reason}`, {
        hint: `look at transaction ${hash}, correct what the error names and plan again`,
        details: { id, hash, block },
      });
    }
    return { hash, receipt, resumed: !own.has(id) };
  }

  async function submit(intent: Intent): Promise<Hash> {
    return perAccount(intent.from, async () => {
      const record = await prepare(intent);
      const found = await included(record);
      if (found?.attempt.kind === "cancel")
        throw cancelled(record, { hash: found.attempt.hash, block: found.receipt.blockNumber }, commands);
      if (found !== undefined) return found.attempt.hash;
      await broadcast(record);
      return newest(record).hash;
    });
  }

  async function resume(from?: Address): Promise<readonly StoredTransaction[]> {
    const open: StoredTransaction[] = [];
    for (const record of await journal.list()) {
      if (record.chainId !== chainId || (from !== undefined && !isAddressEqual(record.from, from))) continue;
      if (record.released === true || (await included(record)) !== undefined) continue;
      if (await isOvertaken(record)) continue;
      report(`sending again, as stored: ${record.label} (nonce ${record.nonce})`);
      await broadcast(record);
      open.push(record);
    }
    return open;
  }

  async function quote(id: Hash, kind: Replacement["kind"]): Promise<Replacement> {
    const record = await load(id);
    const found = await included(record);
    if (found !== undefined)
      throw alreadyIncluded(record, { hash: found.attempt.hash, block: found.receipt.blockNumber });
    await isOvertaken(record);
    const last = newest(record);
    // A cancellation is bumped as what it is: nobody revives an intent by paying more.
    const empty = kind === "cancel" || last.kind === "cancel";
    const fees = await estimateBump(chain, options.fees, last);
    return {
      kind: empty ? "cancel" : "bump",
      record,
      gas: kind === "cancel" ? 21_000n : last.gas,
      ...fees,
    };
  }

  async function replace({ kind, record, gas, ...fees }: Replacement): Promise<Hash> {
    const stored = await perRecord(record.id, async () => {
      const now = await load(record.id);
      const { maxFeePerGas, maxPriorityFeePerGas } = fees;
      const attempt = await attempts.sign(now, gas, { maxFeePerGas, maxPriorityFeePerGas }, kind);
      const changed = { ...now, attempts: [...now.attempts, attempt] };
      await journal.put(changed);
      return changed;
    });
    await broadcast(stored);
    return newest(stored).hash;
  }

  const proofOptions: ProveLostOptions = { ...options, chain, attempts, commands };
  async function release(id: Hash) {
    return perRecord(id, async () => {
      const record = await load(id);
      const taker = await proveLost(record, proofOptions);
      if (record.released !== true) await journal.put(markReleased(record, taker));
      return taker;
    });
  }

  async function readState(record: StoredTransaction): Promise<TransactionState> {
    const found = await included(record);
    if (record.released === true && found?.attempt.kind !== "original" && found?.attempt.kind !== "bump")
      return { status: "released", lostTo: record.outcome?.hash ?? "0x" };
    if (found !== undefined)
      return {
        status: statusOf(found),
        hash: found.attempt.hash,
        block: found.receipt.blockNumber,
      };
    if ((await chain.nonce(record.from, "latest")) > record.nonce) {
      const taker = await seeTaker(record);
      return { status: "displaced", ...(taker === undefined ? {} : { taker }) };
    }
    for (const { hash } of record.attempts.toReversed())
      if (await chain.knows(hash)) return { status: "pending", hash };
    return { status: "unsent" };
  }

  return {
    submit,
    wait,
    look,
    quote,
    replace,
    bump: async (id) => replace(await quote(id, "bump")),
    cancel: async (id) => replace(await quote(id, "cancel")),
    proveLost: async (id) => proveLost(await load(id), proofOptions),
    release,
    state: readState,
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

function statusOf({ attempt, receipt }: Found): "included" | "reverted" | "cancelled" {
  if (attempt.kind === "cancel") return "cancelled";
  return receiptStatus(receipt) === "success" ? "included" : "reverted";
}

/** What a released record becomes once its intent has another nonce. */
function earlierOf({ nonce, attempts, outcome, earlier = [] }: StoredTransaction): EarlierNonce[] {
  if (outcome === undefined) return [...earlier];
  return [...earlier, { nonce, attempts, lostTo: outcome.hash, block: outcome.block }];
}
