/** What a timelock checks after every operation, so after this one too: it is undone where one of them fails. */
import { hexToBigInt } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import type { PostCondition, TimelockState } from "../snapshot/types.ts";
import { formatCalls } from "./format.ts";
import { formatTime } from "./lifecycle.ts";

/** One line each; those that are no longer checked at `now` (seconds) are left out. */
export function describePostConditions(
  { postConditions = [] }: Pick<TimelockState, "postConditions">,
  book: AddressBook,
  now: bigint,
): string[] {
  return postConditions.filter(({ until }) => until === 0n || until > now).map((c) => describe(c, book));
}

function describe({ target, data, comparison, expected, until }: PostCondition, book: AddressBook): string {
  const call = formatCalls([{ to: target, value: 0n, data }], book);
  const ending = until === 0n ? "" : ` (until ${formatTime(until)})`;
  return `${call} ${bound(comparison, expected)}${ending}`;
}

function bound(comparison: PostCondition["comparison"], expected: PostCondition["expected"]): string {
  if (comparison === "equals") return `hashes to ${expected}`;
  return `is ${comparison === "atLeast" ? "at least" : "at most"} ${hexToBigInt(expected)}`;
}
