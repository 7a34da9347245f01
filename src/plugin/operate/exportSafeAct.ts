/** What a Safe has to do next, for its owners to do in the Safe app. */
import { PortcullisError } from "../../errors.ts";
import { readSafe } from "../../safe/readSafe.ts";
import { type TransactionBuilderFile, writeTransactionBuilder } from "../../safe/transactionBuilder.ts";
import type { Proposal } from "./propose.ts";

/** Keeps the operation's file too: when the Safe app has executed it, `timelock list` finds it again. */
export async function exportSafeAct({
  file,
  state,
  env,
  operations,
}: Proposal): Promise<TransactionBuilderFile> {
  const act = state.stage?.act;
  const safe = act && act.as !== "anyone" ? await readSafe(env.client, act.as) : undefined;
  if (!act || !safe) {
    throw new PortcullisError("NOT_A_SAFE", "Only what a Safe does can be exported for the Safe app", {
      hint: "add --as <a Safe>",
    });
  }
  const now = await env.now();
  await env.store.put({
    ...file,
    history: [...file.history, { at: now, what: "exported", stage: state.stage?.name }],
  });
  return writeTransactionBuilder({
    chainId: operations.project.chainId,
    safe: safe.address,
    name: file.title,
    description: file.reason,
    createdAt: Number(now) * 1000,
    calls: act.calls,
  });
}
