/**
 * What was sent and never noted, because the process ended in between or somebody sent it elsewhere: the journal and the
 * chain say what became of it. Nothing is written here; whoever acts next writes it.
 */
import type { Hash, PublicClient, TransactionReceipt } from "viem";
import { readNonce } from "../accounts/nonces.ts";
import { readSafe } from "../safe/readSafe.ts";
import { receiptStatus } from "../transactions/receiptStatus.ts";
import type { Sender, StoredTransaction } from "../transactions/types.ts";
import { findUserOperation } from "./acts/findUserOperation.ts";
import { wasExecuted } from "./acts/safeNonce.ts";
import type { OperationFile, StageName, StoredUserOperation } from "./store/operationFile.ts";

export interface SettleEnvironment {
  client: PublicClient;
  sender: Pick<Sender, "list">;
  /** Where logs that matter begin. */
  fromBlock: bigint;
}

export interface SettledFile {
  /** With what happened noted in its history. */
  file: OperationFile;
  /** Signed bytes of it are kept or under way: what they do can no longer be chosen. */
  sent: boolean;
  /** How far a stage got that was begun and did not come to its end. */
  begun?: Begun;
}

export interface Begun {
  /** By index of the stage's calls: those that are on the chain. */
  included: readonly number[];
  of: number;
}

/** What the history calls an act of this stage that succeeded. */
export const DONE = { schedule: "scheduled", execute: "executed", cancel: "cancelled" } as const;

export async function settleSent(file: OperationFile, env: SettleEnvironment): Promise<SettledFile> {
  if (file.userOperation !== undefined) return settleUserOperation(file, file.userOperation, env);
  const safe = await settleSafe(file, env);
  const { sending, ...rest } = safe;
  if (sending === undefined) return { file: safe, sent: false };
  const stored = (await env.sender.list()).filter((record) => sending.intents.includes(record.id));
  if (stored.length === 0) return { file: rest, sent: false };
  const found = await Promise.all(stored.map((record) => findReceipt(record, env.client)));
  const last = found.at(-1);
  const included = sending.intents.flatMap((id, index) =>
    stored.some((record, i) => record.id === id && outcomeOf(found[i]) === "success") ? [index] : [],
  );
  const reverted = found.some((receipt) => outcomeOf(receipt) === "reverted");
  if (reverted && included.length === 0)
    return { file: await note(rest, "reverted", sending.stage, last, env), sent: false };
  if (included.length < sending.intents.length)
    return { file: safe, sent: true, begun: { included, of: sending.intents.length } };
  const own = rest.safeTransactions.map((t) =>
    t.stage === sending.stage && t.status === "open" ? { ...t, status: "executed" as const } : t,
  );
  const noted = { ...rest, safeTransactions: own };
  return { file: await note(noted, DONE[sending.stage], sending.stage, last, env), sent: false };
}

/** The nonce is read first: whatever had used it by then is found by the search that follows. */
async function settleUserOperation(
  file: OperationFile,
  operation: StoredUserOperation,
  env: SettleEnvironment,
): Promise<SettledFile> {
  const { userOperation: _, ...rest } = file;
  const { stage, account, entryPoint } = operation;
  const nonce = await readNonce(env.client, entryPoint, account, { key: 0n });
  const found = await findUserOperation(env.client, operation);
  // Another operation of the account may have taken the nonce: then it can never be included.
  if (found === undefined)
    return nonce > operation.nonce ? { file: rest, sent: false } : { file, sent: true };
  const receipt = await env.client.getTransactionReceipt({ hash: found.transaction });
  const what = found.success ? DONE[stage] : "reverted";
  return { file: await note(rest, what, stage, receipt, env), sent: false };
}

/** A Safe's transaction may be executed by anyone who has the signatures. */
async function settleSafe(file: OperationFile, env: SettleEnvironment): Promise<OperationFile> {
  const open = file.safeTransactions.findLast((t) => t.status === "open");
  if (open === undefined) return file;
  const safe = await readSafe(env.client, open.safe);
  if (!safe || safe.nonce <= open.transaction.nonce) return file;
  if (!(await wasExecuted(env.client, open.safe, open.safeTxHash, env.fromBlock))) return file;
  const { sending: _, ...rest } = file;
  const safeTransactions = rest.safeTransactions.map((t) =>
    t === open ? { ...t, status: "executed" as const } : t,
  );
  return note({ ...rest, safeTransactions }, DONE[open.stage], open.stage, undefined, env);
}

function outcomeOf(receipt: TransactionReceipt | undefined): TransactionReceipt["status"] | undefined {
  return receipt && receiptStatus(receipt);
}

/** Of whichever attempt was included; an attempt to cancel does not count. */
async function findReceipt(
  { attempts }: StoredTransaction,
  client: PublicClient,
): Promise<TransactionReceipt | undefined> {
  for (const { hash, kind } of attempts.toReversed()) {
    if (kind === "cancel") continue;
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined);
    if (receipt) return receipt;
  }
  return undefined;
}

async function note(
  file: OperationFile,
  what: OperationFile["history"][number]["what"],
  stage: StageName,
  receipt: TransactionReceipt | undefined,
  { client }: SettleEnvironment,
): Promise<OperationFile> {
  const block = await client.getBlock(receipt ? { blockNumber: receipt.blockNumber } : {});
  const transaction: { by: `0x${string}`; transaction: Hash } | undefined = receipt && {
    by: receipt.from,
    transaction: receipt.transactionHash,
  };
  const entry = { at: block.timestamp, what, stage, ...transaction, note: "found on the chain" };
  return { ...file, history: [...file.history, entry] };
}
