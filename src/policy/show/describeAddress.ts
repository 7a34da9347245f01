/** An address in words: who has to do what before it acts. */
import { type Address, zeroAddress } from "viem";
import { describeOwner } from "../../accounts/owners/describeOwner.ts";
import { keysOfOwner } from "../../accounts/owners/readOwner.ts";
import type { Desired } from "../desired.ts";
import { formatDuration } from "../text/duration.ts";

export interface Describer {
  nameOf(address: Address): string;
  /** "alice", "3 of alice, bob, carol", "council (3 of …), then 2 days" */
  describe(address: Address): string;
  /** Seconds that pass before a decision of the address acts. */
  delayOf(address: Address): bigint;
}

export function describeAddresses(desired: Desired): Describer {
  const contracts = new Map(desired.contracts.map((contract) => [contract.address, contract]));
  const names = new Map(desired.book.entries.map((entry) => [entry.address, entry.name]));
  const nameOf = (address: Address) => (address === zeroAddress ? "anyone" : (names.get(address) ?? address));

  function describe(address: Address, above: readonly Address[] = []): string {
    const { safe, timelock, account } = contracts.get(address) ?? {};
    if (above.includes(address)) return nameOf(address);
    const inside = [...above, address];
    if (safe !== undefined) {
      return `${nameOf(address)} (${safe.threshold} of ${safe.owners
        .map((o) => describe(o, inside))
        .sort()
        .join(", ")})`;
    }
    if (timelock !== undefined) {
      const proposers = timelock.proposers.map((proposer) => describe(proposer, inside)).join(" or ");
      return `${nameOf(address)} (${proposers}, then ${formatDuration(timelock.delay.current)})`;
    }
    if (account !== undefined && keysOfOwner(account.owner).length > 0)
      return `${nameOf(address)} (${describeOwner(account.owner, (owner) => describe(owner, inside))})`;
    return nameOf(address);
  }

  return {
    nameOf,
    describe: (address) => describe(address),
    delayOf: (address) => contracts.get(address)?.timelock?.delay.current ?? 0n,
  };
}
