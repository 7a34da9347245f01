/**
 * Who stands behind an address: people (holders), or keys where the policy does not say who holds them. What is not
 * described counts as one key, so that silence never looks safe.
 */
import { type Address, zeroAddress } from "viem";
import { keysOfOwner, suffices } from "../../accounts/owners/readOwner.ts";
import type { Desired, DesiredContract } from "../desired.ts";

export interface Power {
  /** Name in the policy, else the address. */
  nameOf(address: Address): string;
  /** "alice" or "alice (Alice)". */
  describe(party: string): string;
  /** Everyone who takes part in what the address does. */
  partiesOf(address: Address): ReadonlySet<string>;
  /** Those who can act as the address without anyone else. */
  soleParties(address: Address): readonly string[];
  /** Seconds that pass at least before a decision of the address acts. */
  delayOf(address: Address): bigint;
  /** Whether the policy says what is at the address. */
  isDescribed(address: Address): boolean;
}

export function weighPower(desired: Desired): Power {
  const contracts = new Map(desired.contracts.map((c) => [c.address, c]));
  const principals = new Map(desired.principals.map((p) => [p.address, p]));
  const keysOf = new Map<string, string[]>();
  for (const { name, holder } of desired.signers) {
    if (holder !== undefined) keysOf.set(holder, [...(keysOf.get(holder) ?? []), name]);
  }
  const partyAt = (address: Address): string => {
    const principal = principals.get(address);
    return principal?.holder ?? principal?.name ?? address;
  };
  const isOpaque = (address: Address): boolean => {
    const kind = principals.get(address)?.kind;
    return kind !== undefined && kind !== "key" && kind !== "account";
  };

  function partiesOf(address: Address, above: ReadonlySet<Address> = new Set()): Set<string> {
    const members = membersOf(contracts.get(address));
    if (members === undefined) return new Set([partyAt(address)]);
    if (above.has(address)) return new Set();
    const inside = new Set([...above, address]);
    return new Set(members.flatMap((member) => [...partiesOf(member, inside)]));
  }

  function controls(party: string, address: Address, above: ReadonlySet<Address> = new Set()): boolean {
    if (above.has(address)) return false;
    const inside = new Set([...above, address]);
    const does = (member: Address) => controls(party, member, inside);
    const { safe, timelock, account } = contracts.get(address) ?? {};
    if (account !== undefined && keysOfOwner(account.owner).length > 0) return suffices(account.owner, does);
    if (safe !== undefined)
      return safe.modules.some(does) || safe.owners.filter(does).length >= safe.threshold;
    if (timelock !== undefined) {
      return (
        timelock.proposers.some(does) &&
        (timelock.executors.includes(zeroAddress) || timelock.executors.some(does))
      );
    }
    return !isOpaque(address) && partyAt(address) === party;
  }

  return {
    nameOf: (address) => principals.get(address)?.name ?? address,
    describe(party) {
      const keys = keysOf.get(party);
      return keys === undefined ? party : `${party} (${keys.join(", ")})`;
    },
    partiesOf,
    soleParties: (address) => [...partiesOf(address)].filter((party) => controls(party, address)).sort(),
    delayOf: (address) => contracts.get(address)?.timelock?.delay.current ?? 0n,
    isDescribed: (address) => principals.has(address),
  };
}

/** Undefined where nobody is behind it but itself. */
function membersOf(contract: DesiredContract | undefined): readonly Address[] | undefined {
  if (contract?.safe !== undefined) return [...contract.safe.owners, ...contract.safe.modules];
  if (contract?.timelock !== undefined) return contract.timelock.proposers;
  if (contract?.account === undefined) return undefined;
  // A session's key does not count: its scope is judged by lints of its own. A passkey is one key, known by its account.
  const keys = keysOfOwner(contract.account.owner);
  return keys.length === 0 ? undefined : keys;
}
