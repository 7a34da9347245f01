/** The signature field of a session's operation: the layout of docs/contracts/sessions.md. */
import { concatHex, type Hex, numberToHex, size } from "viem";

export interface SessionSignatureParts {
  /** Packed, see {@link encodeSession}. */
  session: Hex;
  /** The owner's signature of the grant, in the session's first operation if it was not granted before. */
  grant?: Hex;
  /** The owner's signature of this operation, where it takes more than a cap's `coSignAbove`. */
  approval?: Hex;
  /** The session key's signature of the operation's hash. */
  signature: Hex;
}

/** @throws viem's IntegerOutOfRangeError for a part of 64 KiB or more */
export function encodeSessionSignature({
  session,
  grant = "0x",
  approval = "0x",
  signature,
}: SessionSignatureParts): Hex {
  const lengths = [session, grant, approval].map((part) => numberToHex(size(part), { size: 2 }));
  return concatHex([...lengths, session, grant, approval, signature]);
}
