/**
 * One act as a smart account: through the bundler where there is one, else submitted by a key of ours. What an earlier run
 * began goes on where it began.
 */
import { encodeExecute } from "../../accounts/encodeCalls.ts";
import { PortcullisError } from "../../errors.ts";
import type { Rpc } from "../../transactions/types.ts";
import type { OperationFile, StoredUserOperation } from "../store/operationFile.ts";
import { type AccountFacts, actAsAccount } from "./accountAct.ts";
import { actThroughBundler } from "./bundlerAct.ts";
import { findIntent, hasCall } from "./findIntent.ts";
import type { PerformParameters } from "./performAct.ts";
import type { ActEnvironment, ActOutcome } from "./types.ts";

interface Performed {
  file: OperationFile;
  outcome: ActOutcome;
}

/** @throws PortcullisError BUNDLER_MISSING, and what acting throws */
export async function performAsAccount(
  { file, stage, act, round, keep }: PerformParameters,
  account: AccountFacts,
  env: ActEnvironment,
): Promise<Performed> {
  const callData = encodeExecute(act.calls);
  const call = { to: account.address, value: 0n, data: callData };
  const known = await env.sender.list();
  const submitting =
    file.sending?.stage === stage && known.some(({ id }) => file.sending?.intents.includes(id));
  const kept = matching(file, stage, callData);
  if (!submitting && env.bundler !== undefined) {
    let latest = file;
    const keepOperation = async (userOperation: StoredUserOperation) => {
      latest = { ...file, userOperation };
      await keep(latest);
    };
    const { transaction, by } = await actThroughBundler(
      { account, callData, stage, kept, keep: keepOperation },
      { ...env, rpc: env.provider as Rpc, bundler: env.bundler },
    );
    return { file: latest, outcome: { status: "done", transactions: [transaction], by } };
  }
  if (kept !== undefined)
    throw new PortcullisError(
      "BUNDLER_MISSING",
      "A bundler was given this operation and may still include it",
      {
        hint: "run the same command with the --bundler of before",
        details: { userOpHash: kept.attempts.at(-1)?.userOpHash },
      },
    );
  const { id: intent } = await findIntent(
    { file, stage, index: 0, round, call, carries: (record) => hasCall(record, call), known },
    env,
  );
  const sending: OperationFile = { ...file, sending: { stage, intents: [intent] } };
  await keep(sending);
  const { transaction, by } = await actAsAccount(
    { account, calls: act.calls, label: act.label, intent },
    env,
  );
  return { file: sending, outcome: { status: "done", transactions: [transaction], by } };
}

function matching({ userOperation }: OperationFile, stage: string, callData: string) {
  return userOperation?.stage === stage && userOperation.callData.toLowerCase() === callData.toLowerCase()
    ? userOperation
    : undefined;
}
