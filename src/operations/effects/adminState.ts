/**
 * The admin state of a contract as facts ("safe.owner.0x…" = "held"), and what differs between two states. Facts come
 * from reading contracts, never from events alone: what overwrites a slot in silence shows here.
 *
 * Left out: what is no power (nonces, pending operations) and when something became so (`since`, `effect`).
 */
import type { Address } from "viem";
import type {
  AccessControlState,
  ContractState,
  DelayState,
  ManagerState,
  SafeState,
  TimelockState,
} from "../../snapshot/types.ts";
import { type Put, putAccount } from "./accountFacts.ts";
import type { AdminChange } from "./types.ts";

type Facts = Map<string, string>;

/** Both lists hold the same addresses, read at the same second before and after. */
export function diffAdminState(
  before: readonly ContractState[],
  after: readonly ContractState[],
): AdminChange[] {
  const [was, is] = [byContract(before), byContract(after)];
  const contracts = [...new Set([...was.keys(), ...is.keys()])].sort();
  return contracts.flatMap((contract) =>
    diffFacts(contract, was.get(contract) ?? new Map(), is.get(contract) ?? new Map()),
  );
}

function byContract(states: readonly ContractState[]): Map<Address, Facts> {
  return new Map(states.map((state) => [state.address, adminFacts(state)]));
}

function diffFacts(contract: Address, was: Facts, is: Facts): AdminChange[] {
  const paths = [...new Set([...was.keys(), ...is.keys()])].sort();
  return paths.flatMap((path) => {
    const [from, to] = [was.get(path), is.get(path)];
    if (from === to) return [];
    return [{ contract, path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

export function adminFacts(state: ContractState): Facts {
  const facts: Facts = new Map();
  const put: Put = (path, value) => {
    if (value !== undefined && value !== null) facts.set(path, String(value));
  };
  put("code", state.codehash);
  put("delegate", state.delegate);
  if (state.proxy) {
    const { kind, implementation, implementationCodehash, admin, beacon } = state.proxy;
    put("proxy.kind", kind);
    put("proxy.implementation", implementation);
    put("proxy.implementation.code", implementationCodehash);
    put("proxy.admin", admin);
    put("proxy.beacon", beacon);
  }
  put("owner", state.ownable?.owner);
  put("owner.pending", state.ownable?.pendingOwner);
  put("authority", state.managed?.authority);
  put("paused", state.pausable?.paused);
  if (state.accessControl) putAccessControl(put, state.accessControl);
  if (state.manager) putManager(put, state.manager);
  if (state.timelock) putTimelock(put, state.timelock);
  if (state.safe) putSafe(put, state.safe);
  if (state.account) putAccount(put, state.account);
  return facts;
}

function putAccessControl(put: Put, { roles, defaultAdmin }: AccessControlState): void {
  for (const { role, admin, members } of roles) {
    put(`access.role.${role}.admin`, admin);
    for (const member of members) put(`access.role.${role}.member.${member}`, "held");
  }
  if (!defaultAdmin) return;
  put("access.defaultAdmin", defaultAdmin.admin);
  put("access.defaultAdmin.delay", defaultAdmin.delay);
  put("access.defaultAdmin.pending", defaultAdmin.pending?.newAdmin);
  if (!defaultAdmin.pendingDelay) return;
  const { newDelay } = defaultAdmin.pendingDelay;
  put(`access.defaultAdmin.delay.${newDelay < defaultAdmin.delay ? "decrease" : "increase"}`, newDelay);
}

/** That it will fall or rise, and to what, is a fact of its own; from which second on is not. */
function putDelay(put: Put, path: string, { current, pending, effect }: DelayState): void {
  put(path, current);
  if (effect === 0n || pending === current) return;
  put(`${path}.${pending < current ? "decrease" : "increase"}`, pending);
}

function putManager(put: Put, { flavour, roles, targets, bindings, rotations = [] }: ManagerState): void {
  put("manager.flavour", flavour);
  for (const role of roles) {
    const path = `manager.role.${role.id}`;
    put(`${path}.label`, role.label);
    put(`${path}.admin`, role.admin);
    put(`${path}.guardian`, role.guardian);
    put(`${path}.keyBound`, role.keyBound);
    putDelay(put, `${path}.grantDelay`, role.grantDelay);
    for (const { account, until, delay, pendingUntil } of role.members) {
      put(`${path}.member.${account}`, until === 0n ? "permanent" : `until ${until}`);
      putDelay(put, `${path}.member.${account}.delay`, delay);
      put(`${path}.member.${account}.renewal`, pendingUntil?.until);
    }
  }
  for (const target of targets) {
    const path = `manager.target.${target.address}`;
    put(`${path}.closed`, target.closed);
    putDelay(put, `${path}.delay`, target.adminDelay);
    for (const { selector, role } of target.functions) put(`${path}.function.${selector}`, role);
  }
  for (const { account, provider, custody, tier, rotateBy, status } of bindings) {
    const path = `manager.binding.${account}`;
    put(`${path}.status`, status);
    put(`${path}.key`, `${provider} ${custody}`);
    put(`${path}.tier`, tier);
    put(`${path}.rotateBy`, rotateBy);
  }
  for (const { previous, next } of rotations) put(`manager.rotation.${previous}`, next);
}

function putTimelock(put: Put, timelock: TimelockState): void {
  put("timelock.flavour", timelock.flavour);
  putDelay(put, "timelock.delay", timelock.delay);
  put("timelock.floor", timelock.floor);
  put("timelock.ceiling", timelock.ceiling);
  put("timelock.expiry", timelock.expiry);
  put("timelock.vetoLimit", timelock.vetoLimit);
  put("timelock.vetoWindow", timelock.vetoWindow);
  const members = {
    proposer: timelock.proposers,
    canceller: timelock.cancellers,
    executor: timelock.executors,
    admin: timelock.admins,
    guardian: timelock.guardians,
    suspended: timelock.suspended,
  };
  for (const [name, accounts] of Object.entries(members)) {
    for (const account of accounts) put(`timelock.${name}.${account}`, "held");
  }
  for (const { target, data, comparison, expected, until } of timelock.postConditions ?? []) {
    put(
      `timelock.postCondition.${target}.${data}.${comparison}`,
      until === 0n ? expected : `${expected}, ending`,
    );
  }
}

function putSafe(put: Put, safe: SafeState): void {
  put("safe.version", safe.version);
  put("safe.threshold", safe.threshold);
  put("safe.singleton", safe.singleton);
  put("safe.guard", safe.guard);
  put("safe.moduleGuard", safe.moduleGuard);
  put("safe.fallbackHandler", safe.fallbackHandler);
  for (const owner of safe.owners) put(`safe.owner.${owner}`, "held");
  for (const module of safe.modules) put(`safe.module.${module}`, "held");
}
