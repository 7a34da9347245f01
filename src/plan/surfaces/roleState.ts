/** Roles of a manager in the model: what an untouched one is, how one changes, what it is called. */
import type { Address } from "viem";
import type { DesiredContract } from "../../policy/desired.ts";
import type { DelayState, GrantState, ManagerState, RoleState } from "../../snapshot/types.ts";
import {
  changedDelay,
  changeSurface,
  compareAddresses,
  delayAt,
  type Model,
  sameAddress,
  settled,
} from "../model.ts";
import { ADMIN_ROLE, PUBLIC_ROLE } from "../power.ts";

/** OpenZeppelin's `minSetback`, seconds. */
const MIN_SETBACK = 432_000n;

/** A role nobody has touched: ADMIN grants and vetoes, nothing waits. */
export const emptyRole = (id: bigint): RoleState => ({
  id,
  admin: ADMIN_ROLE,
  guardian: ADMIN_ROLE,
  grantDelay: settled(0n),
  keyBound: false,
  members: [],
});

export const roleIn = (state: ManagerState, id: bigint): RoleState =>
  state.roles.find((role) => role.id === id) ?? emptyRole(id);

export function changeRole(
  model: Model,
  manager: Address,
  id: bigint,
  change: (role: RoleState) => RoleState,
): void {
  changeSurface(model, manager, "manager", (state) => ({
    ...state,
    roles: [...state.roles.filter((role) => role.id !== id), change(roleIn(state, id))].sort((a, b) =>
      a.id < b.id ? -1 : 1,
    ),
  }));
}

/** Replaces a member's grant, or removes it (null). */
export function changeMember(
  model: Model,
  manager: Address,
  id: bigint,
  account: Address,
  change: (grant: GrantState | undefined) => GrantState | null,
): void {
  changeRole(model, manager, id, (role) => {
    const next = change(role.members.find((m) => sameAddress(m.account, account)));
    const others = role.members.filter((m) => !sameAddress(m.account, account));
    const members = next === null ? others : [...others, next];
    members.sort((a, b) => compareAddresses(a.account, b.account));
    return {
      ...role,
      members,
      ...(members.length === 0 && role.members.length > 0 ? { vacated: true } : {}),
    };
  });
}

/**
 * A manager's delay after it was set: OpenZeppelin lets every change wait at least `minSetback`; our manager lets an
 * increase act at once and a decrease wait the old delay.
 */
export function nextManagerDelay(
  before: DelayState,
  seconds: bigint,
  at: bigint,
  flavour: ManagerState["flavour"],
): DelayState {
  const current = delayAt(before, at);
  const decrease = current > seconds ? current - seconds : 0n;
  if (flavour === "portcullis")
    return changedDelay(before, seconds, at, at + (decrease === 0n ? 0n : current));
  return changedDelay(before, seconds, at, at + (decrease > MIN_SETBACK ? decrease : MIN_SETBACK));
}

/** The policy's name of a role, its label on the chain, or its id. */
export function roleName(wanted: DesiredContract, id: bigint): string {
  if (id === ADMIN_ROLE) return "ADMIN";
  if (id === PUBLIC_ROLE) return "PUBLIC";
  const label = wanted.manager?.roles.find((role) => role.id === id)?.label;
  return wanted.roleNames?.[id.toString()] ?? label ?? id.toString();
}
