/** How an account's recovery stands, in words. */
import { formatEther, type Hex } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { formatTime } from "../../plan/wording.ts";
import { describeTerms, nameOf } from "./describeFile.ts";
import { describeProofs } from "./describeProofs.ts";
import type { RecoveryState } from "./readRecovery.ts";
import { decodeTerms } from "./terms.ts";

export interface RecoveryWording {
  /** Seconds. */
  now: number;
  book: AddressBook;
  /** The account's present owner, where it says so. */
  owner?: Hex;
  /** After a recovery: seconds, and wei that may leave until then. */
  quarantine?: { until: number; left: bigint };
}

export function describeRecovery(
  state: RecoveryState,
  { now, book, owner, quarantine }: RecoveryWording,
): string {
  const at = (time: number) => formatTime(BigInt(time));
  const { change, freeze, vetoes } = state;
  return [
    `Recovery of ${nameOf(state.account, book)}`,
    ...(owner === undefined ? [] : [`  owner       ${nameOf(owner, book)}`]),
    `  terms       ${describeTerms(decodeTerms(state.terms))}`,
    ...state.guardians.map(({ signer, weight }) => `  guardian    ${nameOf(signer, book)} weighs ${weight}`),
    `  last proof  ${describeProofs(state, { now, book })}`,
    `  pending     ${describeRequest(state, now, book)}`,
    ...(change === undefined
      ? []
      : [
          `  change ${change.number}    ${change.isRemoval ? "no guardians any more" : "other terms"} from ${at(change.readyAt)} to ${at(change.expiresAt)}`,
        ]),
    ...(freeze.until > now ? [`  frozen      until ${at(freeze.until)}`] : []),
    ...(quarantine === undefined
      ? []
      : [`  quarantine  until ${at(quarantine.until)}, ${formatEther(quarantine.left)} ether may leave`]),
    `  vetoes      ${vetoes.left} left${vetoes.backAt > now ? `, all back at ${at(vetoes.backAt)}` : ""}`,
  ].join("\n");
}

function describeRequest({ request }: RecoveryState, now: number, book: AddressBook): string {
  if (request === undefined) return "nothing";
  const { readyAt, expiresAt, weight, isFinal, owner, isKey } = request;
  const who = isKey ? nameOf(owner, book) : `an owner whose hash begins with ${owner}`;
  const when =
    now < readyAt
      ? `can be executed from ${formatTime(BigInt(readyAt))}`
      : now < expiresAt
        ? `can be executed until ${formatTime(BigInt(expiresAt))}`
        : "has expired";
  return `${who}, asked for with weight ${weight}: ${when}${isFinal ? "; nobody can veto it" : ""}`;
}
