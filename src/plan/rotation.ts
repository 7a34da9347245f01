/**
 * A principal whose key changed: the old key holds what the policy gives to the new one. On a RoleManager its roles
 * move in one vetoable operation instead of being granted and revoked one by one.
 */
import type { Address, Hex } from "viem";
import type { KeyProof } from "../deploy/keyProof.ts";
import type { Desired } from "../policy/desired.ts";
import type { BindingState } from "../snapshot/types.ts";
import { compareAddresses, compareText, isExpired, type Model, sameAddress, stateOf } from "./model.ts";

export interface SignedKeyProof {
  manager: Address;
  proof: KeyProof;
  signature: Hex;
}

export type KeyProofs = readonly SignedKeyProof[];

export interface Rotation {
  manager: Address;
  previous: Address;
  next: Address;
  /** Ids of the roles that the old key holds there. */
  moves: readonly bigint[];
}

/** An address that a name of the policy had before: from the manifest, or the last applied policy. */
export interface FormerAddress {
  name: string;
  address: Address;
}

export const isLive = (binding: BindingState | undefined): boolean =>
  binding !== undefined && ["proposed", "valid", "exempt"].includes(binding.status);

/**
 * The rotations between the policy and the chain. The old key is the one its principal had before (`former`), or, where
 * that is not known, the only key that holds exactly the roles which the policy gives to exactly one newcomer, and
 * which the policy names nowhere.
 */
export function findRotations(desired: Desired, model: Model, former: readonly FormerAddress[]): Rotation[] {
  const named = desired.book.entries.map((entry) => entry.address);
  const isNamed = (address: Address) => named.some((other) => sameAddress(other, address));
  const keys = desired.principals.filter((p) => p.kind === "key");

  return desired.contracts.flatMap((contract): Rotation[] => {
    const state = stateOf(model, contract.address)?.manager;
    if (contract.manager === undefined || state?.flavour !== "portcullis") return [];
    const holdings = (
      roles: readonly { id: bigint; members: readonly { account: Address }[] }[],
      account: Address,
    ) => roles.filter((r) => r.members.some((m) => sameAddress(m.account, account))).map((r) => r.id);
    const wishes = contract.manager.roles;
    const leaving = [
      ...new Set(
        state.roles.flatMap((r) => r.members.filter((m) => !isExpired(m, 0n)).map((m) => m.account)),
      ),
    ]
      .filter((account) => !isNamed(account) && stateOf(model, account)?.codehash == null)
      .sort(compareAddresses);
    const same = (a: readonly bigint[], b: readonly bigint[]) =>
      a.length > 0 && [...a].sort().join() === [...b].sort().join();

    return keys
      .filter((key) => holdings(state.roles, key.address).length === 0)
      .sort((a, b) => compareText(a.name, b.name))
      .flatMap((key): Rotation[] => {
        const wanted = holdings(wishes, key.address);
        const known = former.filter((f) => f.name === key.name).map((f) => f.address);
        const candidates = leaving.filter((account) =>
          known.length > 0
            ? known.some((k) => sameAddress(k, account)) && wanted.length > 0
            : same(holdings(state.roles, account), wanted),
        );
        const rivals = keys.filter(
          (other) =>
            holdings(state.roles, other.address).length === 0 &&
            same(holdings(wishes, other.address), wanted),
        );
        const [previous, ...others] = candidates;
        if (previous === undefined || others.length > 0 || (known.length === 0 && rivals.length > 1))
          return [];
        return [
          { manager: contract.address, previous, next: key.address, moves: holdings(state.roles, previous) },
        ];
      });
  });
}
