/** Who holds power in a state: pure reading, shared by planners and lanes. */
import type { Address } from "viem";
import type { DelayState, GrantState, ManagerState } from "../snapshot/types.ts";
import type { Caller, PlanContext } from "./change.ts";
import { includesAddress, isExpired, sameAddress, stateOf } from "./model.ts";

export { ADMIN_ROLE, PUBLIC_ROLE } from "../policy/roleId.ts";

/** Members of a role that have its power at a time, or will once their grant is active. */
export function membersWithPower(manager: ManagerState, role: bigint, time: bigint): GrantState[] {
  const state = manager.roles.find((r) => r.id === role);
  if (state === undefined) return [];
  return state.members.filter((m) => !isExpired(m, time) && (!state.keyBound || isBound(manager, m.account)));
}

function isBound(manager: ManagerState, account: Address): boolean {
  const binding = manager.bindings.find((b) => sameAddress(b.account, account));
  return binding?.status === "valid" || binding?.status === "exempt";
}

/**
 * The members of `role` as callers of the manager's own functions.
 * @param operationDelay what the manager adds for this function: the target's admin delay
 */
export function roleCallers(
  manager: Address,
  state: ManagerState,
  role: bigint,
  now: bigint,
  operationDelay?: DelayState,
): Caller[] {
  return membersWithPower(state, role, now).map((member) => ({
    address: member.account,
    manager: {
      address: manager,
      delays: [member.delay, ...(operationDelay === undefined ? [] : [operationDelay])],
    },
    since: member.since > now ? member.since : 0n,
    source: `${manager}/roles/${role}/members/${member.account}`,
  }));
}

/**
 * Those callers where the call takes power away: RoleManager lets it through at once, whatever the member's execution
 * delay; a plain AccessManager makes it wait like any other.
 */
export function tighteningCallers(
  manager: Address,
  state: ManagerState,
  role: bigint,
  now: bigint,
): Caller[] {
  const callers = roleCallers(manager, state, role, now);
  if (state.flavour === "openzeppelin") return callers;
  return callers.map(({ manager: _, ...caller }) => caller);
}

/** Can anybody act through this address? Null if so, else what is missing, in words. */
export function whyNotOperable(
  context: Pick<PlanContext, "model" | "desired">,
  address: Address,
): string | null {
  const state = stateOf(context.model, address);
  if (state?.timelock !== undefined) {
    const { proposers, suspended } = state.timelock;
    if (proposers.every((proposer) => includesAddress(suspended, proposer))) return "it has no proposer yet";
    if (state.timelock.executors.length === 0) return "it has no executor yet";
  }
  if (state?.safe !== undefined && state.safe.owners.length < state.safe.threshold)
    return "it has too few owners";
  const declared = context.desired.contracts.find((c) => sameAddress(c.address, address));
  if (declared !== undefined && (state === undefined || state.codehash === null))
    return "it is not deployed yet";
  return null;
}
