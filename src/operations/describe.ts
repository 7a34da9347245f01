/** An operation as a person reads it, before agreeing to it and any time after. */
import { type Address, isAddressEqual } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import { formatDuration } from "../policy/text/duration.ts";
import type { ActOutcome } from "./acts/types.ts";
import { writeAddress } from "./encode/writeCall.ts";
import { formatTime, type OperationState } from "./lifecycle.ts";
import type { OperationFile, StoredSafeTransaction } from "./store/operationFile.ts";
import type { Route } from "./types.ts";

export function describeRoute(route: Route, book: AddressBook): string {
  switch (route.kind) {
    case "direct":
      return `${writeAddress(route.from, book)} directly`;
    case "account":
      return `the account ${writeAddress(route.account, book)}`;
    case "safe":
      return `the Safe ${writeAddress(route.safe, book)}`;
    case "manager":
      return `${writeAddress(route.from, book)}, scheduled with ${writeAddress(route.manager, book)}`;
    case "timelock":
      return `${writeAddress(route.timelock, book)}, proposed by ${describeRoute(route.proposer, book)}`;
  }
}

export function describeHead(file: OperationFile, book: AddressBook): string {
  return [
    `Operation ${file.id}`,
    `  title     ${file.title}`,
    `  reason    ${file.reason}`,
    `  deadline  ${formatTime(file.deadline)}`,
    `  through   ${describeRoute(file.route, book)}`,
    `  salt      ${file.salt}${file.effectsHash ? ` (commits to effects ${file.effectsHash})` : ""}`,
  ].join("\n");
}

/** `ready since …`, `waiting, ready in 1 day 3 hours` */
export function describeState(state: OperationState, now: bigint): string {
  const { readyAt = 0n, expiresAt = 0n } = state.pending ?? {};
  const until = expiresAt > now ? `, expires in ${formatDuration(expiresAt - now)}` : "";
  switch (state.status) {
    case "waiting":
      return `waiting, ready in ${formatDuration(readyAt - now)} (${formatTime(readyAt)})${until}`;
    case "ready":
      return `ready since ${formatTime(readyAt)}${until}`;
    case "draft":
      return describeDraft(state);
    case "done":
      return "executed";
    default:
      return state.status;
  }
}

function describeDraft({ begun, stage }: OperationState): string {
  if (begun)
    return `begun and not finished: ${begun.included.length} of ${begun.of} transactions are on the chain`;
  return stage?.name === "execute" ? "not sent yet" : "not scheduled yet";
}

/** The three hashes a hardware wallet may show, and who has signed. */
export function describeSafeTransaction(stored: StoredSafeTransaction, book: AddressBook): string {
  const { transaction } = stored;
  return [
    `Safe transaction of ${writeAddress(stored.safe, book)} to ${stored.stage} it, nonce ${transaction.nonce}: ${stored.status}`,
    `  domain hash   ${stored.domainHash}`,
    `  message hash  ${stored.messageHash}`,
    `  safeTxHash    ${stored.safeTxHash}`,
    ...(stored.inner ?? []).flatMap(({ safe, domainHash, messageHash, safeMessageHash }) => [
      `  as an owner, ${writeAddress(safe, book)} agrees by its owners' signatures of`,
      `    domain hash      ${domainHash}`,
      `    message hash     ${messageHash}`,
      `    safeMessageHash  ${safeMessageHash}`,
    ]),
    `  signed by     ${stored.signatures.map(({ owner, through = [] }) => [owner, ...through.toReversed()].map((a) => writeAddress(a, book)).join(" for ")).join(", ") || "nobody yet"}`,
  ].join("\n");
}

/** What came of acting, and the next command to type. */
export function describeOutcome(outcome: ActOutcome, next: string, book: AddressBook): string {
  if (outcome.status === "done") return outcome.transactions.map((hash) => `Sent ${hash}`).join("\n");
  const names = (list: readonly Address[]) => list.map((address) => writeAddress(address, book)).join(", ");
  const missing = outcome.threshold - outcome.signed.length;
  return [
    `${outcome.signed.length} of ${outcome.threshold} owners of ${writeAddress(outcome.safe, book)} have signed: ${names(outcome.signed) || "nobody yet"}`,
    ...(missing > 0 ? [`${missing} more of ${names(outcome.missing)} must sign: ${next}`] : []),
    ...(outcome.behind > 0 ? [`${outcome.behind} transactions of the Safe go first; then: ${next}`] : []),
    ...(outcome.queued ? [`Queued in ${outcome.queued}`] : []),
  ].join("\n");
}

export function nameOf(address: Address, book: AddressBook): string {
  return book.entries.find((entry) => isAddressEqual(entry.address, address))?.name ?? address;
}
