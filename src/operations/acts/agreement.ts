/** What was agreed to is what is signed: the hash of a Safe's transaction, and of the message of each Safe among owners. */
import { PortcullisError } from "../../errors.ts";
import type { StoredSafeTransaction } from "../store/operationFile.ts";

/**
 * Why what would be signed is not what was agreed to (SAFE_TRANSACTION_CHANGED); undefined where it is.
 *
 * @param agreed absent where nothing was shown
 * @param inner of what would be signed, as the chain has it now
 */
export function findDisagreement(
  agreed: StoredSafeTransaction | undefined,
  stored: StoredSafeTransaction,
  inner: NonNullable<StoredSafeTransaction["inner"]> = [],
): PortcullisError | undefined {
  const hashes = ({ safeTxHash }: StoredSafeTransaction, levels: typeof inner) => [
    safeTxHash,
    ...levels.map((level) => level.safeMessageHash),
  ];
  const shown = agreed ? hashes(agreed, agreed.inner ?? []) : [];
  const unseen = hashes(stored, inner).filter((hash) => !shown.includes(hash));
  if (unseen.length === 0) return undefined;
  const [then, now] = [agreed?.transaction.nonce, stored.transaction.nonce];
  const why =
    then === undefined
      ? "it was not shown"
      : then === now
        ? "its owners or its calls have changed"
        : `its nonce was ${then} and is now ${now}`;
  return new PortcullisError(
    "SAFE_TRANSACTION_CHANGED",
    `What the owners of ${stored.safe} would sign is not what was agreed to: ${why}. They signed nothing`,
    {
      hint: "run the same command again and compare the hashes anew",
      details: { safe: stored.safe, shown, unseen, nonceShown: then, nonce: now },
    },
  );
}
