/**
 * Ignition asks for the hash it was told; since then the sender may have replaced that transaction on its nonce. It is
 * answered with what became of the intent, so a bump is nothing it has to know of.
 */
import type { Hash } from "viem";
import { hashesOf } from "../../transactions/attempts.ts";
import type { Rpc, Sender, StoredTransaction } from "../../transactions/types.ts";

const ABOUT_HASH: readonly string[] = ["eth_getTransactionByHash", "eth_getTransactionReceipt"];

export const asksAboutHash = (method: string): boolean => ABOUT_HASH.includes(method);

/**
 * The node's answer about a transaction or the one that replaced it; null where no block and no pool has any. While
 * it is open, each question is one round of the sender's own watch: sending again, bumping, and giving up in time.
 */
export async function askReplaced(
  rpc: Rpc,
  sender: Sender,
  method: string,
  hash: Hash,
): Promise<object | null> {
  const ask = async (asked: Hash) =>
    (await rpc.request({ method, params: [asked] })) as Record<string, unknown> | null;
  const direct = await ask(hash);
  if (direct !== null) return direct;
  const find = async () => (await sender.list()).find((record) => hashesOf(record).includes(hash));
  const record = await find();
  if (record === undefined || record.released === true) return null;
  await sender.look(record.id);
  for (const other of carryingHashes((await find()) ?? record)) {
    const answer = await ask(other);
    if (answer !== null) return "hash" in answer ? { ...answer, hash } : answer;
  }
  return null;
}

function carryingHashes({ attempts, earlier = [] }: StoredTransaction): Hash[] {
  return [...earlier.flatMap((e) => e.attempts), ...attempts]
    .filter(({ kind }) => kind !== "cancel")
    .map(({ hash }) => hash);
}
