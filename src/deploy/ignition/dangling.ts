/**
 * Ignition notes that it is about to send, then sends, then notes the hash. Killed in between, it refuses every later
 * run (HHE10410) since it cannot know whether the transaction left. Our journal knows: what left was stored before.
 */
import {
  type ArtifactResolver,
  type EIP1193Provider,
  trackTransaction,
  wipe,
} from "@nomicfoundation/ignition-core";
import type { Sender } from "../../transactions/types.ts";
import { futureIntent } from "./provider.ts";

export interface DanglingSend {
  futureId: string;
  nonce: number;
}

/** @param journal content of Ignition's `journal.jsonl` */
export function findDanglingSends(journal: string): DanglingSend[] {
  const prepared = new Map<string, DanglingSend>();
  for (const line of journal.split("\n")) {
    if (line.trim() === "") continue;
    const message = JSON.parse(line) as { type: string; futureId: string; nonce: number };
    if (message.type === "TRANSACTION_PREPARE_SEND")
      prepared.set(message.futureId, { futureId: message.futureId, nonce: message.nonce });
    else if (message.type === "TRANSACTION_SEND" || message.type === "WIPE_APPLY")
      prepared.delete(message.futureId);
  }
  return [...prepared.values()];
}

/** The last line may be cut where the process was killed while it wrote: without it, it was never written. */
export function dropTornLine(journal: string): string {
  const end = journal.lastIndexOf("\n");
  const last = journal.slice(end + 1);
  if (last.trim() === "") return journal;
  try {
    JSON.parse(last);
    return journal;
  } catch {
    return journal.slice(0, Math.max(end, 0));
  }
}

/** Where the bytes were stored they are sent (again) and Ignition is told their hash; where not, the future starts over. */
export async function resolveDanglingSend(
  dangling: DanglingSend,
  context: {
    directory: string;
    chainId: number;
    sender: Sender;
    provider: EIP1193Provider;
    artifacts: ArtifactResolver;
  },
): Promise<"tracked" | "restarted"> {
  const id = futureIntent(context.chainId, dangling.futureId);
  const stored = (await context.sender.list()).find((record) => record.id === id);
  // Released: it was cancelled or displaced, and is to be signed anew.
  if (stored === undefined || stored.released === true) {
    await wipe(context.directory, context.artifacts, dangling.futureId);
    return "restarted";
  }
  const { hash } = await context.sender.wait(id);
  await trackTransaction(context.directory, hash, context.provider, 1);
  return "tracked";
}
