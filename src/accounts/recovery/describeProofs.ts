/** When guardians last showed that they can sign: "frank: never; grace: 12 days ago". */
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import type { RecoveryState } from "./readRecovery.ts";

/** @param now seconds */
export const describeProofs = (
  { guardians }: Pick<RecoveryState, "guardians">,
  { now, book }: { now: number; book: AddressBook },
): string =>
  guardians
    .map(({ signer, lastSeen }) => {
      // Of a longer signer the first 20 bytes are its verifier, which others share.
      const name = (signer.length === 42 && findByAddress(book, signer)?.name) || signer;
      return `${name}: ${lastSeen === 0 ? "never" : ago(now - lastSeen)}`;
    })
    .join("; ");

/** The largest unit alone: nobody asks for the seconds of last month. */
function ago(seconds: number): string {
  if (seconds < 60) return "just now";
  const [whole] = [86_400, 3_600, 60].filter((unit) => seconds >= unit) as [number];
  return `${formatDuration(BigInt(seconds - (seconds % whole)))} ago`;
}
