/** One act of a route, by whoever must do it: a key sends its calls, an account's owner signs one operation, a Safe's owners sign one transaction. */
import type { Hash } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Intent } from "../../transactions/types.ts";
import type { Act } from "../routes/types.ts";
import type { OperationFile, StageName, StoredSafeTransaction } from "../store/operationFile.ts";
import { findIntent, isCall } from "./findIntent.ts";
import { findActingSafe } from "./foreseeAct.ts";
import { performAsAccount } from "./performAsAccount.ts";
import { readAccountFacts } from "./readAccountFacts.ts";
import { actAsSafe } from "./safeAct.ts";
import type { ActEnvironment, ActOutcome } from "./types.ts";

export interface PerformParameters {
  file: OperationFile;
  stage: StageName;
  act: Act;
  /** What the act meets on the chain (an operation's `readyAt`): the same act on something else is another act. */
  round: bigint;
  others: readonly OperationFile[];
  safeNonce?: bigint;
  /** The Safe's transaction that was shown and agreed to: where given, nothing else is signed. */
  agreed?: StoredSafeTransaction;
  keep(file: OperationFile): Promise<void>;
}

/** @throws PortcullisError SIGNER_MISSING, and what building, signing and sending throws. */
export async function performAct(
  parameters: PerformParameters,
  env: ActEnvironment,
): Promise<{ file: OperationFile; outcome: ActOutcome }> {
  const { file, stage, act, round, others, safeNonce, agreed, keep } = parameters;
  const safe = await findActingSafe(act, env);
  if (safe) {
    const nonce = safeNonce === undefined ? {} : { nonce: safeNonce };
    const shown = agreed === undefined ? {} : { agreed };
    return actAsSafe(
      { file, stage, safe, calls: act.calls, label: act.label, others, ...nonce, ...shown, keep },
      env,
    );
  }
  const account = act.as === "anyone" ? undefined : await readAccountFacts(env, act.as);
  if (account !== undefined) return performAsAccount(parameters, account, env);
  const known = await env.sender.list();
  const from = act.as === "anyone" ? env.relayers.find((address) => env.signers.has(address)) : act.as;
  if (from === undefined || !env.signers.has(from)) {
    throw new PortcullisError("SIGNER_MISSING", `No key here can act as ${act.as}`, {
      hint: "run the same command where that signer is configured, or name another with --as",
      details: { as: act.as },
    });
  }
  const intents: Intent[] = [];
  for (const [index, call] of act.calls.entries()) {
    const { id, by } = await findIntent(
      { file, stage, index, round, call, carries: (record) => isCall(record, call), known },
      env,
    );
    intents.push({ id, from: by ?? from, ...call, label: act.label });
  }
  const sending: OperationFile = { ...file, sending: { stage, intents: intents.map(({ id }) => id) } };
  await keep(sending);
  const transactions: Hash[] = [];
  for (const intent of intents) transactions.push((await env.sender.send(intent)).hash);
  return { file: sending, outcome: { status: "done", transactions, by: from } };
}
