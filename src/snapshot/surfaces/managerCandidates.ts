/** What a manager's logs name. Names only: whether any of it still holds is asked at the pinned block. */
import { type Address, decodeEventLog, type Hash, type Hex, toEventSelector, zeroHash } from "viem";
import type { ChainReader } from "../reader.ts";
import type { ManagerState } from "../types.ts";
import { managerAbi, roleManagerEvents } from "./managerAbi.ts";

export interface ManagerCandidates {
  roles: Map<bigint, Set<Address>>;
  labels: Map<bigint, string>;
  targets: Map<Address, Set<Hex>>;
  /** Last announced change of each delay. */
  grantDelays: Map<bigint, { delay: bigint; effect: bigint }>;
  adminDelays: Map<Address, { delay: bigint; effect: bigint }>;
  operations: Map<Hash, ScheduledCandidate>;
  /** Accounts that ever had a binding. */
  keys: Set<Address>;
  /** What each key proved about its custody: the provider, by account and custody digest. */
  providers: Map<`${Address}:${Hash}`, string>;
  /** The last rotation each key requested. */
  rotations: Map<Address, { next: Address; expiresAt: bigint }>;
}

/** The last time an operation was scheduled. */
export interface ScheduledCandidate {
  nonce: number;
  caller: Address;
  target: Address;
  data: Hex;
  value: bigint;
  salt: Hash;
}

const openzeppelinTopics = topicsOf(managerAbi);
const portcullisTopics = [...openzeppelinTopics, ...topicsOf(roleManagerEvents)];
const events = [...managerAbi, ...roleManagerEvents].filter((item) => item.type === "event");

export async function nameManagerCandidates(
  reader: ChainReader,
  address: Address,
  flavour: ManagerState["flavour"],
): Promise<ManagerCandidates> {
  const found: ManagerCandidates = {
    roles: new Map([[0n, new Set()]]),
    labels: new Map(),
    targets: new Map(),
    grantDelays: new Map(),
    adminDelays: new Map(),
    operations: new Map(),
    keys: new Set(),
    providers: new Map(),
    rotations: new Map(),
  };
  const logs = await reader.logs(address, flavour === "portcullis" ? portcullisTopics : openzeppelinTopics);
  for (const log of logs) take(found, log);
  return found;
}

function take(found: ManagerCandidates, log: { topics: readonly Hex[]; data: Hex }): void {
  const event = decodeEventLog({ abi: events, topics: [...log.topics] as [Hex, ...Hex[]], data: log.data });
  switch (event.eventName) {
    case "RoleGranted":
    case "RoleRevoked":
      role(found, event.args.roleId).add(event.args.account);
      return;
    case "RotationExecuted":
      // Roles move without an event of their own for each member.
      for (const accounts of found.roles.values())
        if (accounts.has(event.args.previous)) accounts.add(event.args.next);
      found.keys.add(event.args.next);
      return;
    case "RoleLabel":
      role(found, event.args.roleId);
      if (event.args.label === "") found.labels.delete(event.args.roleId);
      else found.labels.set(event.args.roleId, event.args.label);
      return;
    case "RoleAdminChanged":
      role(found, event.args.roleId);
      role(found, event.args.admin);
      return;
    case "RoleGuardianChanged":
      role(found, event.args.roleId);
      role(found, event.args.guardian);
      return;
    case "RoleGrantDelayChanged":
      role(found, event.args.roleId);
      found.grantDelays.set(event.args.roleId, announced(event.args));
      return;
    case "RoleKeyBound":
      role(found, event.args.roleId);
      return;
    case "TargetClosed":
      target(found, event.args.target);
      return;
    case "TargetFunctionRoleUpdated":
      target(found, event.args.target).add(event.args.selector);
      role(found, event.args.roleId);
      return;
    case "TargetAdminDelayUpdated":
      target(found, event.args.target);
      found.adminDelays.set(event.args.target, announced(event.args));
      return;
    case "OperationScheduled": {
      const { operationId, nonce, caller, target: to, data } = event.args;
      found.operations.set(operationId, { nonce, caller, target: to, data, value: 0n, salt: zeroHash });
      return;
    }
    case "CallScheduled": {
      const operation = found.operations.get(event.args.operationId);
      if (operation) Object.assign(operation, { value: event.args.value, salt: event.args.salt });
      return;
    }
    case "RotationRequested":
      found.keys.add(event.args.next);
      found.rotations.set(event.args.previous, {
        next: event.args.next,
        expiresAt: BigInt(event.args.expiresAt),
      });
      return;
    case "BindingProposed":
      found.keys.add(event.args.account);
      found.providers.set(`${event.args.account}:${event.args.custody}`, event.args.provider);
      return;
    case "BindingConfirmed":
    case "BindingExempted":
    case "BindingRevoked":
      found.keys.add(event.args.account);
  }
}

function role(found: ManagerCandidates, id: bigint): Set<Address> {
  return entry(found.roles, id);
}

function target(found: ManagerCandidates, address: Address): Set<Hex> {
  return entry(found.targets, address);
}

function entry<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const known = map.get(key) ?? new Set<V>();
  map.set(key, known);
  return known;
}

function announced(args: { delay: number; since: number }): { delay: bigint; effect: bigint } {
  return { delay: BigInt(args.delay), effect: BigInt(args.since) };
}

function topicsOf(abi: typeof managerAbi | typeof roleManagerEvents): Hex[] {
  return abi.filter((item) => item.type === "event").map((item) => toEventSelector(item));
}
