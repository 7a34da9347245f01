/** The Safe transaction an act will be, before anybody signs: the hashes that owners compare with their devices. */
import { readLevels } from "../../safe/nested.ts";
import { readSafe, type SafeFacts } from "../../safe/readSafe.ts";
import type { Act } from "../routes/types.ts";
import type { OperationFile, StageName, StoredSafeTransaction } from "../store/operationFile.ts";
import { prepareSafeTransaction } from "./safeAct.ts";
import { describeLevels } from "./safeAssents.ts";
import type { ActEnvironment } from "./types.ts";

export interface ForeseeParameters {
  file: OperationFile;
  stage: StageName;
  act: Act;
  /** All operations of the network, for the order of nonces. */
  others: readonly OperationFile[];
  safeNonce?: bigint;
}

/**
 * Undefined where a key acts. Nothing is kept, signed or sent. Given to `advance` as `agreed`, nothing else is signed.
 *
 * @throws PortcullisError SAFE_HASH_MISMATCH, SAFE_FILE_CHANGED, SAFE_NONCE_TAKEN
 */
export async function foreseeAct(
  { file, stage, act, others, safeNonce }: ForeseeParameters,
  env: ActEnvironment,
): Promise<StoredSafeTransaction | undefined> {
  const safe = await findActingSafe(act, env);
  if (!safe) return undefined;
  const nonce = safeNonce === undefined ? {} : { nonce: safeNonce };
  const { stored } = await prepareSafeTransaction(
    { file, stage, safe, calls: act.calls, others, ...nonce },
    env,
  );
  const inner = describeLevels(await readLevels(env.client, safe, stored));
  return { ...stored, ...(inner.length === 0 ? {} : { inner }) };
}

/** The Safe that acts; undefined where a key here does, or anyone may. */
export async function findActingSafe(act: Act, env: ActEnvironment): Promise<SafeFacts | undefined> {
  return act.as === "anyone" || env.signers.has(act.as) ? undefined : readSafe(env.client, act.as);
}
