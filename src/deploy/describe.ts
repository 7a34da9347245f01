/** Who can do what, in a few lines: what a person reads at the end of a deployment. */

import { type Address, getAddress } from "viem";
import { describeOwner } from "../accounts/owners/describeOwner.ts";
import { describeGuardians } from "../accounts/recovery/describeGuardians.ts";
import { decodeTerms } from "../accounts/recovery/terms.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { SmartAccountState, Snapshot } from "../snapshot/types.ts";
import type { Right } from "./findRights.ts";

const DAY = 86_400n;

/** From the chain, with the policy's names. At most ten lines, the most powerful first. */
export function describePower(desired: Desired, snapshot: Snapshot): string[] {
  const nameOf = (address: Address) => desired.principals.find((p) => p.address === address)?.name ?? address;
  const lines: string[] = [];
  for (const contract of desired.contracts) {
    const state = snapshot.contracts.find((c) => c.address === contract.address);
    if (state?.safe !== undefined)
      lines.push(
        `${contract.name}: Safe, ${state.safe.threshold} of ${state.safe.owners.map(nameOf).join(", ")}`,
      );
    if (state?.timelock !== undefined) {
      const { delay, proposers, guardians, executors } = state.timelock;
      const anyone = executors.some((e) => BigInt(e) === 0n);
      lines.push(
        `${contract.name}: ${proposers.map(nameOf).join(", ")} proposes, waits ${days(delay.current)}, ` +
          `${anyone ? "anyone" : executors.map(nameOf).join(", ")} executes` +
          (guardians.length > 0 ? `; ${guardians.map(nameOf).join(", ")} can stop it` : ""),
      );
    }
    if (state?.account !== undefined) lines.push(describeOwners(contract.name, state.account, nameOf));
    if (state?.manager !== undefined)
      lines.push(...describeManager(desired, contract, state.manager, nameOf));
  }
  return lines.slice(0, 10);
}

function describeOwners(
  name: string,
  { owner, recovery }: SmartAccountState,
  nameOf: (address: Address) => string,
): string {
  const owned = describeOwner(owner, nameOf);
  if (recovery === undefined || recovery.terms === "0x") return `${name}: ${owned} owns it`;
  const terms = decodeTerms(recovery.terms);
  const guardians = describeGuardians(terms, (address) => nameOf(getAddress(address)));
  return `${name}: ${owned} owns it; ${guardians} replace a lost owner after ${days(terms.delay)}`;
}

function describeManager(
  desired: Desired,
  contract: DesiredContract,
  manager: NonNullable<Snapshot["contracts"][number]["manager"]>,
  nameOf: (address: Address) => string,
): string[] {
  return manager.roles.flatMap((role) => {
    if (role.members.length === 0) return [];
    const functions = manager.targets.flatMap((target) => {
      const names = desired.contracts.find((c) => c.address === target.address)?.functionNames ?? {};
      const own = target.functions
        .filter((f) => f.role === role.id)
        .map((f) => names[f.selector] ?? f.selector);
      return own.length === 0 ? [] : [`${nameOf(target.address)}.${own.join(", ")}`];
    });
    if (role.id !== 0n && functions.length === 0) return [];
    const holders = role.members.map((member) => {
      const delay = member.delay.current > 0n ? ` after ${days(member.delay.current)}` : "";
      const until =
        member.until > 0n ? ` until ${new Date(Number(member.until) * 1000).toISOString().slice(0, 10)}` : "";
      return `${nameOf(member.account)}${delay}${until}`;
    });
    const name = contract.roleNames?.[String(role.id)] ?? role.label ?? String(role.id);
    const what = role.id === 0n ? `everything else in ${contract.name}` : functions.join("; ");
    return [`${name}: ${holders.join(", ")} → ${what}`];
  });
}

function days(seconds: bigint): string {
  if (seconds % DAY === 0n && seconds > 0n) return seconds === DAY ? "1 day" : `${seconds / DAY} days`;
  if (seconds % 3600n === 0n && seconds > 0n)
    return seconds === 3600n ? "1 hour" : `${seconds / 3600n} hours`;
  return `${seconds} seconds`;
}

/** "vault: owner" */
export function describeRight(desired: Desired, { contract, right }: Right): string {
  const found = desired.contracts.find((c) => c.address === contract);
  const id = /^role (\d+)$/.exec(right)?.[1];
  const name = id === undefined ? undefined : found?.roleNames?.[id];
  return `${found?.name ?? contract}: ${name === undefined ? right : `role ${name}`}`;
}
