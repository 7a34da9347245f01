/**
 * Acting as a Safe: the transaction is built once and kept, owners' signatures are added to it one after the other, by
 * whoever holds a key, and it is executed when there are enough. Nothing is signed that two codes do not hash alike.
 */
import { type Address, isAddressEqual, keccak256 } from "viem";
import { PortcullisError } from "../../errors.ts";
import { compareWithKit } from "../../safe/compareWithKit.ts";
import { readLevels } from "../../safe/nested.ts";
import type { SafeFacts } from "../../safe/readSafe.ts";
import { packSignatures } from "../../safe/signatures.ts";
import {
  buildSafeTransaction,
  execSafeTransaction,
  hashSafeTransaction,
  requireHarmlessSafeTransaction,
} from "../../safe/transaction.ts";
import type { OperationFile, StageName, StoredSafeTransaction } from "../store/operationFile.ts";
import type { Call } from "../types.ts";
import { findDisagreement } from "./agreement.ts";
import { collectAssents, describeLevels, signWithKeysHere } from "./safeAssents.ts";
import { nextSafeNonce, openNonces, wasExecuted } from "./safeNonce.ts";
import type { ActEnvironment, ActOutcome } from "./types.ts";

export interface SafeActParameters {
  file: OperationFile;
  stage: StageName;
  safe: SafeFacts;
  calls: readonly Call[];
  label: string;
  /** All operations of the network, for the order of nonces. */
  others: readonly OperationFile[];
  /** Takes this nonce instead of the next free one: replaces what holds it. */
  nonce?: bigint;
  /** What was shown and agreed to: where given, nothing else is signed. */
  agreed?: StoredSafeTransaction;
  /** Keeps the file; called before anything leaves the process. */
  keep(file: OperationFile): Promise<void>;
}

/**
 * The stored transaction of this stage, built now if there is none, or if another took its nonce. Nothing is kept yet.
 *
 * @throws PortcullisError SAFE_HASH_MISMATCH, SAFE_FILE_CHANGED, SAFE_NONCE_TAKEN
 */
export async function prepareSafeTransaction(
  parameters: Omit<SafeActParameters, "keep" | "label">,
  env: ActEnvironment,
): Promise<{ file: OperationFile; stored: StoredSafeTransaction }> {
  const { stage, safe, calls } = parameters;
  let { file } = parameters;
  const found = file.safeTransactions.findLast(
    (t) => t.stage === stage && isAddressEqual(t.safe, safe.address) && t.status !== "replaced",
  );
  if (found && (found.status === "executed" || found.transaction.nonce >= safe.nonce)) {
    if (parameters.nonce === undefined || parameters.nonce === found.transaction.nonce) {
      requireUnchanged(found, calls, env);
      return { file, stored: found };
    }
  }
  if (found) {
    const ran =
      found.transaction.nonce < safe.nonce &&
      (await wasExecuted(env.client, safe.address, found.safeTxHash, env.fromBlock));
    const status = ran ? ("executed" as const) : ("replaced" as const);
    file = replace(file, found, { ...found, status });
    if (ran) return { file, stored: { ...found, status } };
  }
  const stored = await build(parameters, env);
  file = { ...file, safeTransactions: [...file.safeTransactions, stored] };
  return { file, stored };
}

/**
 * Signs with every owner's key that is at hand, until there are enough; executes when there are.
 *
 * @throws PortcullisError SAFE_TRANSACTION_CHANGED before anything is kept or signed, and what preparing throws
 */
export async function actAsSafe(
  parameters: SafeActParameters,
  env: ActEnvironment,
): Promise<{ file: OperationFile; outcome: ActOutcome }> {
  const { safe, keep } = parameters;
  const prepared = await prepareSafeTransaction(parameters, env);
  let { file, stored } = prepared;
  if (stored.status === "executed") {
    await keep(file);
    return { file, outcome: { status: "done", transactions: [], by: safe.address } };
  }
  const level = await readLevels(env.client, safe, stored);
  const { agreed } = parameters;
  const changed = agreed && findDisagreement(agreed, stored, describeLevels(level));
  if (changed) throw changed;
  await keep(file);
  const signatures = await signWithKeysHere(stored, level, env);
  const known = stored.signatures;
  if (signatures.length !== known.length || signatures.some((s) => !known.includes(s))) {
    const inner = describeLevels(level);
    const signed = { ...stored, signatures, ...(inner.length === 0 ? {} : { inner }) };
    const at = await env.now();
    const events = signatures
      .filter((s) => !known.includes(s))
      .map(({ owner }) => ({ at, what: "signed" as const, stage: stored.stage, by: owner }));
    file = replace({ ...file, history: [...file.history, ...events] }, stored, signed);
    stored = signed;
    await keep(file);
  }
  const assents = await collectAssents(level, stored.signatures);
  const behind = openNonces(safe.address, safe.nonce, [
    ...parameters.others.filter((o) => o.id !== file.id),
    file,
  ]).filter((n) => n < stored.transaction.nonce);
  if (assents.length < safe.threshold || stored.transaction.nonce > safe.nonce) {
    const signedBy = assents.map((a) => a.owner);
    return {
      file,
      outcome: {
        status: "waiting",
        safe: safe.address,
        safeTxHash: stored.safeTxHash,
        nonce: stored.transaction.nonce,
        signed: signedBy,
        threshold: safe.threshold,
        missing: safe.owners.filter((o) => !signedBy.includes(o)),
        behind: Math.max(
          new Set(behind).size,
          stored.transaction.nonce > safe.nonce ? Number(stored.transaction.nonce - safe.nonce) : 0,
        ),
      },
    };
  }
  const call = execSafeTransaction(safe.address, stored.transaction, packSignatures(assents, safe.threshold));
  const by = chooseRelayer(stored, env);
  const id = keccak256(call.data);
  file = { ...file, sending: { stage: stored.stage, intents: [id] } };
  await keep(file);
  const { hash } = await env.sender.send({
    id,
    from: by,
    ...call,
    label: parameters.label,
  });
  file = replace(file, stored, { ...stored, status: "executed" });
  await keep(file);
  return { file, outcome: { status: "done", transactions: [hash], by: safe.address } };
}

async function build(
  parameters: Omit<SafeActParameters, "keep" | "label">,
  env: ActEnvironment,
): Promise<StoredSafeTransaction> {
  const { stage, safe, calls, others, file } = parameters;
  const infrastructure = env.infrastructure();
  if (parameters.nonce !== undefined && parameters.nonce < safe.nonce) {
    throw new PortcullisError(
      "SAFE_NONCE_TAKEN",
      `Nonce ${parameters.nonce} of ${safe.address} is used up: the next one is ${safe.nonce}`,
      {
        hint: `give --safe-nonce ${safe.nonce} or leave it out`,
        details: { nonce: parameters.nonce, next: safe.nonce },
      },
    );
  }
  const nonce =
    parameters.nonce ??
    nextSafeNonce(safe.address, safe.nonce, [...others.filter((o) => o.id !== file.id), file]);
  const transaction = buildSafeTransaction(calls, nonce, infrastructure);
  const hashes = hashSafeTransaction(env.chainId, safe.address, transaction);
  // what was agreed to was compared when it was foreseen
  if (hashes.safeTxHash !== parameters.agreed?.safeTxHash) {
    await compareWithKit({
      provider: env.provider,
      safe: safe.address,
      calls,
      transaction,
      safeTxHash: hashes.safeTxHash,
      infrastructure,
    });
  }
  return {
    stage,
    safe: safe.address,
    calls: [...calls],
    transaction,
    ...hashes,
    signatures: [],
    status: "open",
  };
}

/** A file may have been edited: what is signed is rebuilt from the calls, never taken from the file. */
function requireUnchanged(stored: StoredSafeTransaction, calls: readonly Call[], env: ActEnvironment): void {
  const rebuilt = buildSafeTransaction(calls, stored.transaction.nonce, env.infrastructure());
  requireHarmlessSafeTransaction(stored.transaction, env.infrastructure());
  const { safeTxHash } = hashSafeTransaction(env.chainId, stored.safe, rebuilt);
  if (
    safeTxHash === stored.safeTxHash &&
    safeTxHash === hashSafeTransaction(env.chainId, stored.safe, stored.transaction).safeTxHash
  )
    return;
  throw new PortcullisError(
    "SAFE_FILE_CHANGED",
    `The kept transaction of ${stored.safe} is not the one of this operation`,
    {
      hint: "restore the operation's file from version control, or propose again",
      details: { kept: stored.safeTxHash, rebuilt: safeTxHash },
    },
  );
}

/** The transaction carries its own authority: anyone may send it. */
function chooseRelayer(stored: StoredSafeTransaction, env: ActEnvironment): Address {
  const found = [...stored.signatures.map((s) => s.owner), ...env.relayers].find((address) =>
    env.signers.has(address),
  );
  if (found) return found;
  throw new PortcullisError("SIGNER_MISSING", `No key here can send the transaction of ${stored.safe}`, {
    hint: "run the same command where a signer of the policy is at hand",
    details: { safe: stored.safe },
  });
}

function replace(file: OperationFile, old: StoredSafeTransaction, by: StoredSafeTransaction): OperationFile {
  return {
    ...file,
    safeTransactions: file.safeTransactions.map((t) =>
      t.safeTxHash === old.safeTxHash && t.stage === old.stage ? by : t,
    ),
  };
}
