/** A smart account as people read it, from the chain. */
import { type Address, formatEther, type Hex, isAddressEqual, zeroAddress } from "viem";
import { entryPoints } from "../accounts/entryPoints.ts";
import type { AddressBook } from "../chain/addressBook.ts";
import { findByAddress } from "../chain/findEntry.ts";
import { nameFrom } from "../graph/names.ts";
import type { DesiredContract } from "../policy/desired.ts";
import { listRoles } from "../snapshot/listRoles.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { accountIn } from "./sessionOrder.ts";
import { formatTime } from "./wording.ts";

/** One line each: a word and what it says. */
export function describeAccount(account: DesiredContract, snapshot: Snapshot, book: AddressBook): string[] {
  const state = accountIn(snapshot, account);
  const now = snapshot.block.timestamp;
  const nameOf = (address: Address) => findByAddress(book, address)?.name ?? address;
  const version = Object.values(entryPoints).find((e) =>
    isAddressEqual(e.address, state.entryPoint),
  )?.version;
  const names = nameFrom(snapshot, book);
  const roles = listRoles(snapshot).filter(({ members }) =>
    members.some(({ account: member }) => isAddressEqual(member, account.address)),
  );
  return [
    `owner       ${ownerText(state.owner, nameOf)}`,
    `entry point ${version === undefined ? state.entryPoint : `v${version}`}`,
    `recovery    ${state.recoveryModule === zeroAddress ? "nobody replaces a lost owner" : `by ${nameOf(state.recoveryModule)}`}`,
    ...(state.frozenUntil > now ? [`frozen      until ${formatTime(state.frozenUntil)}`] : []),
    ...(state.quarantine.until > now
      ? [
          `quarantine  until ${formatTime(state.quarantine.until)}, ${formatEther(state.quarantine.left)} ether left to spend`,
        ]
      : []),
    ...roles.map(({ role, contract }) => `has         ${role} of ${names.address(contract)}`),
  ];
}

/** ERC-7913: a key's name, or what checks its signatures. */
const ownerText = (owner: Hex, nameOf: (address: Address) => string): string =>
  owner.length === 42
    ? nameOf(owner as Address)
    : `a key that ${nameOf(owner.slice(0, 42) as Address)} checks: 0x${owner.slice(42)}`;
