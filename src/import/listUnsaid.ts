/**
 * What a chain has and a policy of it does not say, in words: for the head of an imported file. Nothing is left out in
 * silence, or a reader would take the file for the whole truth.
 */
import { type Address, zeroAddress } from "viem";
import { formatDuration } from "../policy/text/duration.ts";
import { formatInstant } from "../policy/text/instant.ts";
import type { ContractState, DelayState, Snapshot } from "../snapshot/types.ts";
import { isOver } from "./importManager.ts";
import type { Parties } from "./nameParties.ts";

/** Sorted as the snapshot is. */
export function listUnsaid(snapshot: Snapshot, parties: Parties): string[] {
  const name = (address: Address) => {
    const known = parties.nameOf(address);
    return known === address ? address : `${known} (${address})`;
  };
  return [
    ...snapshot.contracts.flatMap((state) => [
      ...unsaidCode(state, snapshot, name),
      ...unsaidPower(state, snapshot, name),
      ...unsettled(state, snapshot, name),
    ]),
    ...parties.all
      .filter((party) => party.section === "contracts" && party.state === undefined)
      .map((party) => `${party.name} (${party.address}) was not read: a manager has rules for it.`),
  ];
}

type Name = (address: Address) => string;

/** Code whose admin side nobody here understands. */
function unsaidCode(state: ContractState, snapshot: Snapshot, name: Name): string[] {
  const { address, codehash, delegate, proxy, safe, timelock, manager, ownable, accessControl, managed } =
    state;
  if (codehash === null) return [];
  const notes: string[] = [];
  if (delegate !== undefined)
    notes.push(
      `${name(address)} is a key that runs the code of ${delegate} (EIP-7702): that code can act for it.`,
    );
  const said = safe ?? timelock ?? manager ?? ownable ?? accessControl ?? managed;
  if (delegate === undefined && said === undefined && (proxy === undefined || proxy.kind === "unknown"))
    notes.push(`${name(address)} has code whose admin side could not be read: it stands here as one holder.`);
  if (proxy?.kind === "unknown")
    notes.push(`${name(address)} is a proxy, and nothing says who may replace its code.`);
  if (proxy !== undefined && proxy.kind !== "unknown" && (safe ?? timelock ?? manager) !== undefined)
    notes.push(
      `${name(address)} is behind a ${proxy.kind} proxy: whoever replaces its code has all of its power.`,
    );
  if (managed !== undefined && BigInt(managed.authority) !== 0n) {
    const authority = snapshot.contracts.find((c) => c.address === managed.authority);
    if (authority?.manager === undefined)
      notes.push(
        `${name(address)} asks ${managed.authority}, which is no AccessManager: what it decides is not known.`,
      );
  }
  if (ownable !== undefined && ownable.owner === zeroAddress)
    notes.push(`${name(address)} has no owner any more.`);
  return notes;
}

/** Power that a policy has no words for. */
function unsaidPower(state: ContractState, snapshot: Snapshot, name: Name): string[] {
  const { address, safe, timelock, manager } = state;
  const notes: string[] = [];
  if (safe?.moduleGuard !== undefined && safe.moduleGuard !== zeroAddress)
    notes.push(`${name(address)} has the module guard ${safe.moduleGuard}, which a policy does not manage.`);
  const executors = timelock?.executors.filter((executor) => executor !== zeroAddress) ?? [];
  if (timelock?.executors.includes(zeroAddress) && executors.length > 0)
    notes.push(
      `${executors.map(name).join(", ")} can execute at ${name(address)} besides anyone: a plan takes that away, which changes nothing.`,
    );
  for (const target of manager?.targets ?? []) {
    const asks = snapshot.contracts.find((c) => c.address === target.address);
    const owned = asks?.ownable?.owner === address;
    if (asks?.managed?.authority === address || owned || target.address === address) continue;
    notes.push(`${name(address)} has rules for ${name(target.address)}, which does not ask it.`);
  }
  const over = (manager?.roles ?? []).flatMap((role) =>
    role.members
      .filter((m) => isOver(m, snapshot.block.timestamp))
      .map((m) => ({ role, account: m.account })),
  );
  for (const { role, account } of over)
    notes.push(`the grant of ${role.label ?? `role ${role.id}`} to ${name(account)} is over, and left out.`);
  return notes;
}

/** What will not last: it is written as it will be, or as it is until somebody acts. */
function unsettled(state: ContractState, snapshot: Snapshot, name: Name): string[] {
  const { address, ownable, accessControl, timelock, manager } = state;
  const { timestamp: now } = snapshot.block;
  const becomes = (what: string, { pending, effect }: DelayState): string[] =>
    effect > now
      ? [`${what} becomes ${formatDuration(pending)} at ${formatInstant(effect)}, and is written so already.`]
      : [];
  const notes: string[] = [];
  const pending = ownable?.pendingOwner;
  if (pending !== undefined && pending !== zeroAddress)
    notes.push(`${name(address)} is offered to ${name(pending)}.`);
  const transfer = accessControl?.defaultAdmin?.pending;
  if (transfer !== undefined)
    notes.push(`the default admin of ${name(address)} is offered to ${name(transfer.newAdmin)}.`);
  if (timelock !== undefined) {
    notes.push(...becomes(`the delay of ${name(address)}`, timelock.delay));
    for (const proposer of timelock.suspended)
      notes.push(
        `a guardian of ${name(address)} suspended ${name(proposer)}: a plan of this policy reinstates it; take it out of the proposers to revoke it.`,
      );
    const waiting = timelock.operations.filter((o) => o.status === "waiting" || o.status === "ready").length;
    if (waiting > 0)
      notes.push(`${waiting} operation${waiting === 1 ? "" : "s"} in the timelock ${name(address)}.`);
  }
  for (const role of manager?.roles ?? []) {
    const label = role.label ?? `role ${role.id}`;
    notes.push(...becomes(`the grant delay of ${label}`, role.grantDelay));
    for (const member of role.members) {
      notes.push(...becomes(`the delay of ${name(member.account)} in ${label}`, member.delay));
      if (member.since > now)
        notes.push(
          `the grant of ${label} to ${name(member.account)} begins at ${formatInstant(member.since)}.`,
        );
    }
  }
  for (const target of manager?.targets ?? [])
    notes.push(...becomes(`the admin delay of ${name(target.address)}`, target.adminDelay));
  const scheduled = manager?.operations.length ?? 0;
  if (scheduled > 0)
    notes.push(`${scheduled} call${scheduled === 1 ? "" : "s"} scheduled at ${name(address)}.`);
  return notes;
}
