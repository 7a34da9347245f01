/** Where a file that asks for a new owner stands, and what comes next, in words. */
import type { AddressBook } from "../../chain/addressBook.ts";
import { formatTime } from "../../plan/wording.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import type { RecoveryFile } from "./approvalFile.ts";
import { nameOf } from "./describeFile.ts";
import type { NextAct } from "./nextAct.ts";

/** @param account its name */
export function describeAct(
  next: NextAct,
  { newOwner }: Pick<RecoveryFile, "newOwner">,
  { account, book }: { account: string; book: AddressBook },
): string {
  const who = nameOf(newOwner, book);
  const at = (time: number) => formatTime(BigInt(time));
  switch (next.kind) {
    case "done":
      return `${who} owns ${account}: nothing is left to do`;
    case "schedule":
      return [
        `Asks for ${who} as the new owner of ${account}, who can be put in ${formatDuration(next.readyIn)} later`,
        next.isFinal
          ? "The owner's vetoes are used up: nobody can stop it"
          : "Until then the owner can veto it",
        ...(next.replaces ? ["It takes the place of the request that is pending, with more weight"] : []),
      ].join("\n");
    case "wait":
      return [
        `${who} is asked for as the new owner of ${account}: can be executed from ${at(next.readyAt)} until ${at(next.expiresAt)}`,
        next.isFinal ? "Nobody can veto it" : "Until it is executed, the owner can veto it",
      ].join("\n");
    case "finalize":
      return `Makes ${who} the owner of ${account}; every session and whatever the owner before has signed is void`;
  }
}
