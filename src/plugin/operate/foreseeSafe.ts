/** What a Safe's owners will sign, in words: part of what a person agrees to, and what is then signed. */
import type { AddressBook } from "../../chain/addressBook.ts";
import { foreseeAct } from "../../operations/acts/foreseeAct.ts";
import type { AdvanceEnvironment } from "../../operations/advance.ts";
import { describeSafeTransaction } from "../../operations/describe.ts";
import type { Act } from "../../operations/routes/types.ts";
import type {
  OperationFile,
  StageName,
  StoredSafeTransaction,
} from "../../operations/store/operationFile.ts";

export interface ForeseenSafe {
  /** Absent where a key acts. */
  safeTransaction?: StoredSafeTransaction;
  /** The nonce that was asked for. */
  safeNonce?: bigint;
}

/** @throws PortcullisError SAFE_HASH_MISMATCH, SAFE_FILE_CHANGED, SAFE_NONCE_TAKEN */
export async function foreseeSafe(
  { file, stage, act }: { file: OperationFile; stage: StageName; act: Act },
  env: AdvanceEnvironment,
  safeNonce: bigint | undefined,
): Promise<ForeseenSafe> {
  const asked = safeNonce === undefined ? {} : { safeNonce };
  const others = await env.store.list();
  const safeTransaction = await foreseeAct({ file, stage, act, others, ...asked }, env);
  return { ...asked, ...(safeTransaction ? { safeTransaction } : {}) };
}

/** `advance` signs this and nothing else. */
export function agreedOf({ safeTransaction, safeNonce }: ForeseenSafe) {
  return {
    ...(safeTransaction ? { agreed: safeTransaction } : {}),
    ...(safeNonce === undefined ? {} : { safeNonce }),
  };
}

/** Appended to what is shown; nothing where a key acts. */
export function withSafeText(text: string, { safeTransaction }: ForeseenSafe, book: AddressBook): string {
  if (!safeTransaction) return text;
  return `${text}\n\nCompare with what the signing device shows:\n${describeSafeTransaction(safeTransaction, book)}`;
}
