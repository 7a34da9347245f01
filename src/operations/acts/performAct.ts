/** One act of a route, by whoever must do it: a key sends its calls, an account's owner signs one operation, a Safe's owners sign one transaction. */
import { type Address, encodeAbiParameters, type Hash, keccak256, stringToHex } from "viem";
import { encodeExecute } from "../../accounts/encodeCalls.ts";
import { PortcullisError } from "../../errors.ts";
import type { Intent, StoredTransaction } from "../../transactions/types.ts";
import type { Act } from "../routes/types.ts";
import type { OperationFile, StageName, StoredSafeTransaction } from "../store/operationFile.ts";
import type { Call } from "../types.ts";
import { actAsAccount } from "./accountAct.ts";
import { findActingSafe } from "./foreseeAct.ts";
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
  const known = await env.sender.list();
  const account = act.as === "anyone" ? undefined : await readAccountFacts(env, act.as);
  if (account !== undefined) {
    const call = { to: account.address, value: 0n, data: encodeExecute(act.calls) };
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

interface CallToSend {
  file: OperationFile;
  stage: StageName;
  index: number;
  round: bigint;
  call: Call;
  /** Whether a transaction is what was sent for the call. */
  carries(record: StoredTransaction): boolean;
  /** The sender's journal. */
  known: readonly StoredTransaction[];
}

/**
 * A call has one id for as long as what was signed under it did not revert: only then does it get the next, by itself.
 * So what succeeded is never sent again, however often the act is done and whatever its other calls met.
 */
async function findIntent(
  { file, stage, index, round, call, carries, known }: CallToSend,
  { sender }: Pick<ActEnvironment, "sender">,
): Promise<{ id: Hash; by?: Address }> {
  // What is being sent keeps its ids, whatever the chain has of the operation by now.
  const begun = file.sending?.stage === stage ? file.sending.intents[index] : undefined;
  const kept = known.find((record) => record.id === begun && carries(record));
  if (kept && (await sender.state(kept)).status !== "reverted") return { id: kept.id, by: kept.from };
  for (let next = round; ; next += 1n) {
    const id = intentId(file.id, stage, index, next, call);
    const record = known.find((other) => other.id === id);
    if (record === undefined) return { id };
    if ((await sender.state(record)).status !== "reverted") return { id, by: record.from };
  }
}

function isCall({ to, value, data }: StoredTransaction, call: Call): boolean {
  return (
    to?.toLowerCase() === call.to.toLowerCase() &&
    value === call.value &&
    data.toLowerCase() === call.data.toLowerCase()
  );
}

/** An account's call to itself is inside the data of its bundle. */
function hasCall({ data }: StoredTransaction, call: Call): boolean {
  return data.toLowerCase().includes(call.data.slice(2).toLowerCase());
}

function intentId(operation: Hash, stage: StageName, index: number, round: bigint, call: Call): Hash {
  return keccak256(
    encodeAbiParameters(
      [
        { type: "bytes32" },
        { type: "bytes32" },
        { type: "uint256" },
        { type: "uint256" },
        { type: "bytes32" },
      ],
      [operation, keccak256(stringToHex(stage)), BigInt(index), round, hashCall(call)],
    ),
  );
}

function hashCall({ to, value, data }: Call): Hash {
  return keccak256(
    encodeAbiParameters([{ type: "address" }, { type: "uint256" }, { type: "bytes" }], [to, value, data]),
  );
}
