/** A smart account as people read it, from the chain. */
import { type Address, formatEther, isAddressEqual, zeroAddress } from "viem";
import { entryPoints } from "../accounts/entryPoints.ts";
import { describeOwner } from "../accounts/owners/describeOwner.ts";
import { describeGuardians } from "../accounts/recovery/describeGuardians.ts";
import { decodeTerms } from "../accounts/recovery/terms.ts";
import type { AddressBook } from "../chain/addressBook.ts";
import { findByAddress } from "../chain/findEntry.ts";
import { nameFrom } from "../graph/names.ts";
import type { DesiredContract } from "../policy/desired.ts";
import { formatDuration } from "../policy/text/duration.ts";
import { listRoles } from "../snapshot/listRoles.ts";
import type { GuardianRecoveryState, SmartAccountState, Snapshot } from "../snapshot/types.ts";
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
    `owner       ${describeOwner(state.owner, nameOf)}`,
    `entry point ${version === undefined ? state.entryPoint : `v${version}`}`,
    `recovery    ${recoveryText(state, nameOf)}`,
    ...changeText(state.recovery, nameOf),
    ...(state.frozenUntil > now ? [`frozen      until ${formatTime(state.frozenUntil)}`] : []),
    ...(state.quarantine.until > now
      ? [
          `quarantine  until ${formatTime(state.quarantine.until)}, ${formatEther(state.quarantine.left)} ether left to spend`,
        ]
      : []),
    ...roles.map(({ role, contract }) => `has         ${role} of ${names.address(contract)}`),
  ];
}

function recoveryText(
  { recoveryModule, recovery }: SmartAccountState,
  nameOf: (address: Address) => string,
): string {
  if (recoveryModule === zeroAddress) return "nobody replaces a lost owner";
  if (recovery === undefined) return `by ${nameOf(recoveryModule)}, whose rules are not known`;
  if (recovery.terms === "0x") return `by ${nameOf(recoveryModule)}, which nobody told who the guardians are`;
  const terms = decodeTerms(recovery.terms);
  return `by ${describeGuardians(terms, nameOf)}, after ${formatDuration(terms.delay)}`;
}

/** Other terms that wait, by the guardians they name: the module itself knows a hash of them alone. */
function changeText(
  recovery: GuardianRecoveryState | undefined,
  nameOf: (address: Address) => string,
): string[] {
  const change = recovery?.change;
  if (change === undefined) return [];
  const to = change.terms === "0x" ? "nobody" : describeGuardians(decodeTerms(change.terms), nameOf);
  return [`to become   by ${to}, from ${formatTime(change.readyAt)} to ${formatTime(change.expiresAt)}`];
}
