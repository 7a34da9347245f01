import { zeroAddress } from "viem";
import { type Lint, timelocksOf } from "../types.ts";

export const openProposer: Lint = {
  id: "open-proposer",
  severity: "error",
  explanation:
    "Whoever can make a proposer call can propose. A contract whose rules the policy does not describe may be callable by anyone.",
  find({ desired, power }) {
    const kinds = new Map(desired.principals.map((principal) => [principal.address, principal.kind]));
    const closed = new Set(["key", "safe", "account", "timelock"]);
    return timelocksOf(desired).flatMap(({ name, timelock }) =>
      timelock.proposers
        .filter((proposer) => proposer === zeroAddress || !closed.has(kinds.get(proposer) ?? "key"))
        .map((proposer) => ({
          subject: name,
          message: `${power.nameOf(proposer)}, which proposes to ${name}, is a contract that others may be able to make call`,
          fix: "name a Safe, or accept it after a review of who can make it call",
        })),
    );
  },
};
