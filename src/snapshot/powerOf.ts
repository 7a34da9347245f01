/** Whom a contract's admin state names as having power over it, or as able to stop others: the next addresses to read. */
import { type Address, getAddress, type Hex, zeroAddress } from "viem";
import { keysOfOwner } from "../accounts/owners/readOwner.ts";
import { decodeTerms } from "../accounts/recovery/terms.ts";
import { decodeSession } from "../accounts/sessions/decodeSession.ts";
import { sortAddresses } from "./sortAddresses.ts";
import type { ContractState, SmartAccountState } from "./types.ts";

export function powerOf(contract: ContractState): Address[] {
  const { proxy, ownable, accessControl, managed, manager, timelock, safe, account } = contract;
  const named: (Address | undefined)[] = [
    proxy?.admin,
    proxy?.beacon,
    contract.delegate,
    ownable?.owner,
    ownable?.pendingOwner,
    managed?.authority,
    accessControl?.defaultAdmin?.pending?.newAdmin,
    ...(accessControl?.roles ?? []).flatMap((role) => role.members),
    ...(manager?.roles ?? []).flatMap((role) => role.members.map((member) => member.account)),
    ...(manager?.rotations ?? []).map((rotation) => rotation.next),
    ...(timelock
      ? [
          timelock.proposers,
          timelock.cancellers,
          timelock.executors,
          timelock.admins,
          timelock.guardians,
        ].flat()
      : []),
    ...(account
      ? [
          ...keysOfOwner(account.owner),
          account.recoveryModule,
          ...guardiansOf(account),
          ...account.sessions.filter((s) => !s.revoked).map((s) => keyOf(decodeSession(s.terms).signer)),
        ]
      : []),
    ...(safe ? [...safe.owners, ...safe.modules, safe.guard, safe.moduleGuard] : []),
  ];
  const known = named.filter((address) => address !== undefined && address !== zeroAddress) as Address[];
  return sortAddresses(known).filter((address) => address !== contract.address);
}

function guardiansOf({ recovery }: SmartAccountState): (Address | undefined)[] {
  if (recovery === undefined) return [];
  const guardians = recovery.terms === "0x" ? [] : decodeTerms(recovery.terms).guardians;
  return [...guardians.map(({ signer }) => keyOf(signer)), keyOf(recovery.request?.newOwner ?? "0x")];
}

/** Of an ERC-7913 signer: the key, where that is an address. */
const keyOf = (signer: Hex): Address | undefined => (signer.length === 42 ? getAddress(signer) : undefined);
