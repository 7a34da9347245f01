/** A guardian's file in words: what is read before it is signed. */
import { type Address, formatEther, type Hex } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { formatTime } from "../../plan/wording.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import type { ApprovalFile } from "./approvalFile.ts";
import { decodeTerms, type RecoveryTerms } from "./terms.ts";

interface Wording {
  book: AddressBook;
}

/** Addresses stand in full beside their names: names are the reader's own, the file has none. */
export function describeFile(file: ApprovalFile, { book }: Wording): string {
  const lines = file.places.flatMap((place) => {
    const terms = decodeTerms(place.terms);
    return [
      `${verb(file)} ${nameOf(place.account, book)} on chain ${place.chainId}`,
      `  module      ${place.module}`,
      `  guardians   ${describeGuardians(terms, file, book)}`,
      `  terms       ${describeTerms(terms)}`,
    ];
  });
  return [
    ...lines,
    ...(file.action === "recover" ? [`new owner     ${nameOf(file.newOwner, book)}`] : []),
    ...("number" in file ? [`number        ${file.number}`] : []),
    ...(file.action === "drill"
      ? [
          `signed at     ${formatTime(BigInt(file.signedAt))}`,
          "A proof of life and nothing else: it moves nothing, and counts for no recovery",
        ]
      : [`good until    ${formatTime(BigInt(file.deadline))}`]),
    ...(file.reason === undefined ? [] : [`reason        ${JSON.stringify(file.reason)}`]),
  ].join("\n");
}

export function describeTerms({
  threshold,
  delay,
  expiry,
  vetoes,
  freeze,
  quarantine,
}: RecoveryTerms): string {
  return [
    `weight ${threshold} needed`,
    `waits ${formatDuration(delay)}`,
    `then open for ${formatDuration(expiry)}`,
    `${vetoes} vetoes`,
    freeze === 0n ? "no freeze" : `freeze of ${formatDuration(freeze)}`,
    quarantine === undefined
      ? "no quarantine"
      : `quarantine of ${formatDuration(quarantine.duration)} with ${formatEther(quarantine.limit)} ether`,
  ].join(", ");
}

export const nameOf = (signer: Hex, book: AddressBook): string => {
  const name = findByAddress(book, signer.slice(0, 42) as Address)?.name;
  return name === undefined ? signer : `${name} (${signer})`;
};

const verbs = {
  recover: "Give a new owner to",
  freeze: "Freeze value and modules of",
  unfreeze: "Lift the freeze of",
  veto: "Veto the change of guardians of",
  drill: "Show that this key still signs for",
} as const;

const verb = ({ action }: ApprovalFile): string => verbs[action];

function describeGuardians({ guardians }: RecoveryTerms, file: ApprovalFile, book: AddressBook): string {
  const signed = new Set(file.signatures.map(({ signer }) => signer.toLowerCase()));
  return guardians
    .map(
      ({ signer, weight }) =>
        `${nameOf(signer, book)} weighs ${weight}${signed.has(signer.toLowerCase()) ? ", signed" : ""}`,
    )
    .join("; ");
}
