/** What an account commits to: who may replace its lost owner, and how long each thing takes. */
import {
  type Address,
  concatHex,
  type Hex,
  isHex,
  keccak256,
  numberToHex,
  size,
  slice,
  zeroAddress,
} from "viem";
import { PortcullisError } from "../../errors.ts";
import { requireTerms } from "./requireTerms.ts";

export interface Guardian {
  /** ERC-7913: 20 bytes of an EOA or of an ERC-1271 contract, or verifier and key. */
  signer: Hex;
  /** 1 to 255. */
  weight: number;
}

/** All times in seconds. */
export interface RecoveryTerms {
  guardians: readonly Guardian[];
  /** The weight a recovery needs. */
  threshold: number;
  /** From request to recovery. */
  delay: bigint;
  /** How long it can be finalised after that. */
  expiry: bigint;
  vetoes: number;
  /** Until one veto is back; at least twice the wait of a change. */
  refill: bigint;
  /** How long a freeze lasts; 0: guardians cannot freeze. */
  freeze: bigint;
  /** From the end of a freeze's time to the next. */
  rest: bigint;
  /** What may leave a recovered account at first, in wei. */
  quarantine?: { duration: bigint; limit: bigint };
  /** Of accounts that are not Portcullis's: the call that replaces their owner. */
  call?: { target: Address; selector: Hex; takes: "bytes" | "address" };
}

const HEADER = 68;

/** In the order of the terms: the index of an approval counts in it. */
export const sortGuardians = <G extends { signer: Hex }>(guardians: readonly G[]): G[] =>
  [...guardians].sort((a, b) => (keccak256(a.signer) < keccak256(b.signer) ? -1 : 1));

/** @throws PortcullisError RECOVERY_TERMS_INVALID where the contract would refuse them */
export function encodeTerms(terms: RecoveryTerms): Hex {
  requireTerms(terms);
  const { quarantine = { duration: 0n, limit: 0n }, call } = terms;
  const number = (value: number | bigint, bytes: number) => numberToHex(value, { size: bytes });
  return concatHex([
    number(terms.threshold, 2),
    number(terms.delay, 4),
    number(terms.expiry, 4),
    number(terms.vetoes, 1),
    number(terms.refill, 4),
    number(terms.freeze, 4),
    number(terms.rest, 4),
    number(quarantine.duration, 4),
    number(quarantine.limit, 16),
    call?.target ?? zeroAddress,
    call?.selector ?? "0x00000000",
    number(call?.takes === "address" ? 1 : 0, 1),
    ...sortGuardians(terms.guardians).flatMap(({ signer, weight }) => [
      number(weight, 1),
      number(size(signer), 2),
      signer,
    ]),
  ]).toLowerCase() as Hex;
}

/** @throws PortcullisError RECOVERY_TERMS_INVALID where these are no terms */
export function decodeTerms(encoded: Hex): RecoveryTerms {
  if (!isHex(encoded) || encoded.length % 2 !== 0 || size(encoded) < HEADER) throw malformed(encoded);
  const at = (start: number, bytes: number) => BigInt(slice(encoded, start, start + bytes));
  const target = slice(encoded, 43, 63);
  const quarantine = { duration: at(23, 4), limit: at(27, 16) };
  const terms: RecoveryTerms = {
    threshold: Number(at(0, 2)),
    delay: at(2, 4),
    expiry: at(6, 4),
    vetoes: Number(at(10, 1)),
    refill: at(11, 4),
    freeze: at(15, 4),
    rest: at(19, 4),
    ...(quarantine.duration + quarantine.limit === 0n ? {} : { quarantine }),
    ...(target === zeroAddress
      ? {}
      : {
          call: {
            target,
            selector: slice(encoded, 63, 67),
            takes: at(67, 1) === 1n ? ("address" as const) : ("bytes" as const),
          },
        }),
    guardians: decodeGuardians(encoded),
  };
  // What is shown must be what is signed: whatever the reader above passed over shows here.
  if (encodeTerms(terms) !== encoded.toLowerCase()) throw malformed(encoded);
  return terms;
}

/** All 32 bytes, as they are signed; the account stores the first 21. */
export const hashTerms = (encoded: Hex): Hex => keccak256(encoded);

function decodeGuardians(encoded: Hex): Guardian[] {
  const guardians: Guardian[] = [];
  const end = size(encoded);
  for (let cursor = HEADER; cursor < end; ) {
    if (cursor + 3 > end) throw malformed(encoded);
    const length = Number(slice(encoded, cursor + 1, cursor + 3));
    const next = cursor + 3 + length;
    if (length < 20 || next > end) throw malformed(encoded);
    guardians.push({
      weight: Number(slice(encoded, cursor, cursor + 1)),
      signer: slice(encoded, cursor + 3, next),
    });
    cursor = next;
  }
  return guardians;
}

const malformed = (terms: Hex): PortcullisError =>
  new PortcullisError("RECOVERY_TERMS_INVALID", "These bytes are no terms of a recovery", {
    hint: "take them from the file that `recovery propose` wrote, or from the TermsAccepted event",
    details: { terms },
  });
