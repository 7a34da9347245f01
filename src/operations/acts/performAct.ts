/** One act of a route, by whoever must do it: a key sends its calls, an account's owner signs one operation, a Safe's owners sign one transaction. */
import { encodeAbiParameters, type Hash, keccak256, stringToHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Act } from "../routes/types.ts";
import type { OperationFile, StageName, StoredSafeTransaction } from "../store/operationFile.ts";
import type { Call } from "../types.ts";
import { actAsAccount } from "./accountAct.ts";
import { readAccountFacts } from "./readAccountFacts.ts";
import { findActingSafe } from "./foreseeAct.ts";
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
  const reverted = file.history.filter((e) => e.what === "reverted" && e.stage === stage).length;
  const idOf = (index: number, call: Call) => intentId(file.id, stage, index, round + BigInt(reverted), call);
  const account = act.as === "anyone" ? undefined : await readAccountFacts(env, act.as);
  if (account !== undefined) {
    const [first] = act.calls;
    if (first === undefined) throw new Error(`${file.id} has no call`);
    const intent = idOf(act.calls.length, first);
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
  const intents = act.calls.map((call, index) => ({
    id: idOf(index, call),
    from,
    ...call,
    label: act.label,
  }));
  const sending: OperationFile = { ...file, sending: { stage, intents: intents.map(({ id }) => id) } };
  await keep(sending);
  const transactions: Hash[] = [];
  for (const intent of intents) transactions.push((await env.sender.send(intent)).hash);
  return { file: sending, outcome: { status: "done", transactions, by: from } };
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
