/**
 * Moving an operation on by one stage: kept first, then done, then noted. Killed anywhere and run again it goes on where
 * it stopped: the file says what was meant, the chain what has happened, the sender what was signed.
 */
import type { Address, Hash } from "viem";
import { PortcullisError } from "../errors.ts";
import { performAct } from "./acts/performAct.ts";
import type { ActEnvironment, ActOutcome } from "./acts/types.ts";
import { isUnfinished, type OperationState, readOperationState } from "./lifecycle.ts";
import { planRoute } from "./routes/planRoute.ts";
import type { Act, RouteFacts, RoutePlan } from "./routes/types.ts";
import { DONE } from "./settleSent.ts";
import type { OperationFile, StageName, StoredSafeTransaction } from "./store/operationFile.ts";
import type { OperationStore } from "./store/operationStore.ts";
import type { Operation } from "./types.ts";

export interface AdvanceEnvironment extends ActEnvironment {
  store: OperationStore;
  facts: RouteFacts;
}

export interface DraftParameters {
  operation: Operation;
  text: string;
  effects?: unknown;
  effectsText?: string;
  policyHash: Hash;
  /** Goes on with what owners have signed, although it would not do the same any more. */
  acceptChangedEffects?: true;
}

export interface Draft {
  file: OperationFile;
  plan: RoutePlan;
  state: OperationState;
  /** An earlier run had it already. */
  resumed: boolean;
}

/**
 * Equal in what people said: the same command, typed again, means the same operation as long as that is unfinished.
 * Undefined where there is none.
 */
export async function findUnfinished(
  operation: Operation,
  env: AdvanceEnvironment,
): Promise<Draft | undefined> {
  const now = await env.now();
  for (const file of (await alikeTo(operation, env)).toReversed()) {
    const plan = planRoute(operationOf(file), file.nonce, env.facts);
    const state = await readOperationState(env, plan, file, now);
    if (plan.id === file.id && isUnfinished(state))
      return { file: state.file ?? file, plan, state, resumed: true };
  }
  return undefined;
}

/** @throws PortcullisError EFFECTS_CHANGED where owners have signed what would do something else now */
export async function draftOperation(parameters: DraftParameters, env: AdvanceEnvironment): Promise<Draft> {
  const { operation, text, effects, effectsText, policyHash } = parameters;
  const unfinished = await findUnfinished(operation, env);
  const same =
    unfinished &&
    (unfinished.state.status !== "draft" ||
      unfinished.state.sent ||
      unfinished.file.effectsHash === operation.effectsHash);
  if (unfinished && same) return unfinished;
  if (unfinished?.file.safeTransactions.some((t) => t.status === "open" && t.signatures.length > 0)) {
    if (parameters.acceptChangedEffects) return unfinished;
    throw new PortcullisError(
      "EFFECTS_CHANGED",
      `Owners have signed operation ${unfinished.file.id.slice(0, 10)}, and it would not do the same any more`,
      {
        hint: "propose it under another title, with --safe-nonce to replace what they signed",
        details: {
          id: unfinished.file.id,
          committed: unfinished.file.effectsHash,
          now: operation.effectsHash,
        },
      },
    );
  }
  const now = await env.now();
  const alike = await alikeTo(operation, env);
  const nonce = alike.reduce((next, file) => (file.nonce >= next ? file.nonce + 1n : next), 0n);
  const plan = planRoute(operation, nonce, env.facts);
  const file: OperationFile = {
    schema: 1,
    id: plan.id,
    chainId: operation.chainId,
    title: operation.title,
    reason: operation.reason,
    deadline: operation.deadline,
    nonce,
    ...(operation.effectsHash === undefined ? {} : { effectsHash: operation.effectsHash }),
    salt: plan.salt,
    route: operation.route,
    calls: [...operation.calls],
    text,
    ...(effects === undefined ? {} : { effects }),
    ...(effectsText === undefined ? {} : { effectsText }),
    policyHash,
    createdAt: now,
    safeTransactions: [],
    history: [{ at: now, what: "created" }],
  };
  const state = await readOperationState(env, plan, file, now);
  return { file, plan, state, resumed: false };
}

export interface AdvanceParameters {
  file: OperationFile;
  /** What to do; a stage's act, or a cancellation. */
  act: Act;
  stage: StageName;
  state: OperationState;
  safeNonce?: bigint;
  /** What `foreseeAct` said and a person agreed to. */
  agreed?: StoredSafeTransaction;
}

/** @throws PortcullisError whatever acting throws; what happened until then is kept. */
export async function advance(
  parameters: AdvanceParameters,
  env: AdvanceEnvironment,
): Promise<{ file: OperationFile; outcome: ActOutcome }> {
  const { act, stage, state, safeNonce, agreed } = parameters;
  let { file } = parameters;
  const keep = async (changed: OperationFile) => {
    file = changed;
    await env.store.put(changed);
  };
  const round = state.pending?.readyAt ?? 0n;
  try {
    const others = await env.store.list();
    const done = await performAct(
      {
        ...{ file, stage, act, round, others, keep },
        ...(safeNonce === undefined ? {} : { safeNonce }),
        ...(agreed === undefined ? {} : { agreed }),
      },
      env,
    );
    file = done.file;
    if (done.outcome.status === "done") {
      const { by, transactions } = done.outcome;
      await keep(note(file, await env.now(), DONE[stage], stage, by, transactions.at(-1)));
    }
    return { file, outcome: done.outcome };
  } catch (error) {
    if (error instanceof PortcullisError && error.code === "TRANSACTION_REVERTED") {
      const { sending } = file;
      const noted = note(file, await env.now(), "reverted", stage);
      // Calls before it may have succeeded: they stay what was begun, and only the rest is sent again.
      await keep(sending && sending.intents.length > 1 ? { ...noted, sending } : noted);
    }
    throw error;
  }
}

export function operationOf(file: OperationFile): Operation {
  const { chainId, title, reason, deadline, calls, route, effectsHash } = file;
  return {
    chainId,
    title,
    reason,
    deadline,
    calls,
    route,
    ...(effectsHash === undefined ? {} : { effectsHash }),
  };
}

async function alikeTo(operation: Operation, env: AdvanceEnvironment): Promise<OperationFile[]> {
  return (await env.store.list()).filter((file) => isSame(file, operation));
}

function note(
  file: OperationFile,
  at: bigint,
  what: OperationFile["history"][number]["what"],
  stage: StageName,
  by?: Address,
  transaction?: Hash,
): OperationFile {
  const entry = { at, what, stage, ...(by ? { by } : {}), ...(transaction ? { transaction } : {}) };
  const { sending: _, userOperation: __, ...rest } = file;
  return { ...rest, history: [...file.history, entry] };
}

function isSame(file: OperationFile, operation: Operation): boolean {
  return (
    file.title === operation.title &&
    file.reason === operation.reason &&
    JSON.stringify(file.route).toLowerCase() === JSON.stringify(operation.route).toLowerCase() &&
    file.calls.length === operation.calls.length &&
    file.calls.every((call, i) => {
      const other = operation.calls[i];
      return (
        other !== undefined &&
        call.to.toLowerCase() === other.to.toLowerCase() &&
        call.value === other.value &&
        call.data.toLowerCase() === other.data.toLowerCase()
      );
    })
  );
}
