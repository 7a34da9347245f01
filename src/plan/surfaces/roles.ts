/** Settings of a manager's roles: label, admin, guardian, grant delay. Members are planned in grants.ts. */

import { formatDuration } from "../../policy/text/duration.ts";
import type { DelayState, RoleState } from "../../snapshot/types.ts";
import {
  type Change,
  impossible,
  type SurfaceInput,
  type SurfacePlan,
  type SurfacePlanner,
} from "../change.ts";
import { delayAt, settledDelay } from "../model.ts";
import { ADMIN_ROLE, PUBLIC_ROLE, roleCallers, tighteningCallers } from "../power.ts";
import { managerCall } from "./managerCalls.ts";
import { changeRole, nextManagerDelay, roleIn, roleName } from "./roleState.ts";

export const planRoles: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found, context } = input;
  const state = found.manager;
  if (wanted.manager === undefined || state === undefined) return { changes: [] };

  const plan: Required<SurfacePlan> = { changes: [], waits: [] };
  for (const role of wanted.manager.roles) {
    if (role.id === PUBLIC_ROLE) continue;
    const now = roleIn(state, role.id);
    if (role.id !== ADMIN_ROLE) plan.changes.push(...settingChanges(input, role, now));

    const delay = now.grantDelay;
    if (settledDelay(delay) !== role.grantDelay.current) {
      plan.changes.push(grantDelayChange(input, role, now));
    } else if (delay.effect > context.now) {
      const path = `${wanted.name}.roles.${roleName(wanted, role.id)}.grantDelay`;
      plan.waits.push({
        path,
        title: `The grant delay becomes ${formatDuration(delay.pending)}`,
        until: delay.effect,
      });
    }
  }
  return plan;
};

function settingChanges(input: SurfaceInput, role: RoleState, now: RoleState): Change[] {
  const { wanted, found, context } = input;
  const { address } = found;
  const state = found.manager;
  if (state === undefined) return [];
  const name = roleName(wanted, role.id);
  const titled = (id: bigint) => roleName(wanted, id);
  const path = `${wanted.name}.roles.${name}`;
  // RoleManager lets the role's guardian object: the grant delay passes between scheduling and executing.
  const shared = (objectionable: boolean) => ({
    callers: roleCallers(
      address,
      state,
      ADMIN_ROLE,
      context.now,
      objectionable && state.flavour === "portcullis" ? now.grantDelay : undefined,
    ),
    reads: [],
  });
  const changes: Change[] = [];

  if (role.label !== undefined && role.label !== now.label) {
    const label = role.label;
    changes.push({
      ...shared(false),
      path: `${path}.label`,
      wanted: label,
      found: now.label ?? "none",
      title: `Label role ${role.id} "${label}" on ${wanted.name}`,
      effect: "neutral",
      calls: [managerCall(address, { functionName: "labelRole", args: [role.id, label] })],
      writes: `${address}/labels/${role.id}`,
      apply: (model) => changeRole(model, address, role.id, (r) => ({ ...r, label })),
    });
  }
  if (role.admin !== now.admin) {
    const wasGranted = now.members.length > 0 || now.vacated === true;
    changes.push({
      ...shared(wasGranted && role.admin !== ADMIN_ROLE),
      path: `${path}.admin`,
      wanted: titled(role.admin),
      found: titled(now.admin),
      title: `Let ${titled(role.admin)} instead of ${titled(now.admin)} grant and revoke ${name} on ${wanted.name}`,
      effect: role.admin === ADMIN_ROLE ? "tightening" : "loosening",
      calls: [managerCall(address, { functionName: "setRoleAdmin", args: [role.id, role.admin] })],
      writes: `${address}/roles/${role.id}/settings`,
      apply: (model) => changeRole(model, address, role.id, (r) => ({ ...r, admin: role.admin })),
    });
  }
  if (role.guardian !== now.guardian) {
    changes.push({
      ...shared(now.guardian !== ADMIN_ROLE),
      path: `${path}.guardian`,
      wanted: titled(role.guardian),
      found: titled(now.guardian),
      title: `Let ${titled(role.guardian)} instead of ${titled(now.guardian)} veto for ${name} on ${wanted.name}`,
      effect: now.guardian === ADMIN_ROLE ? "tightening" : "loosening",
      calls: [managerCall(address, { functionName: "setRoleGuardian", args: [role.id, role.guardian] })],
      writes: `${address}/roles/${role.id}/settings`,
      apply: (model) => changeRole(model, address, role.id, (r) => ({ ...r, guardian: role.guardian })),
    });
  }
  if (role.keyBound !== now.keyBound) changes.push(keyBoundChange(input, role, now, path));
  return changes;
}

function grantDelayChange({ wanted, found, context }: SurfaceInput, role: RoleState, now: RoleState): Change {
  const { address } = found;
  const state = found.manager;
  const name = roleName(wanted, role.id);
  const [from, to] = [settledDelay(now.grantDelay), role.grantDelay.current];
  return {
    path: `${wanted.name}.roles.${name}.grantDelay`,
    wanted: formatDuration(to),
    found: formatDuration(from),
    title: `Change the grant delay of ${name} on ${wanted.name} from ${formatDuration(from)} to ${formatDuration(to)}`,
    effect: to > from ? "tightening" : "loosening",
    calls: [managerCall(address, { functionName: "setGrantDelay", args: [role.id, Number(to)] })],
    callers:
      state === undefined
        ? []
        : (to >= delayAt(now.grantDelay, context.now) ? tighteningCallers : roleCallers)(
            address,
            state,
            ADMIN_ROLE,
            context.now,
          ),
    writes: `${address}/roles/${role.id}/settings`,
    reads: [],
    ...(to < (now.longestDelay ?? 0n) && to < delayAt(now.grantDelay, context.now)
      ? {
          impossible: {
            why: `a member of ${name} once had an execution delay of ${formatDuration(now.longestDelay ?? 0n)}, and the grant delay never goes below the longest`,
            hint: `write grantDelay: "${formatDuration(now.longestDelay ?? 0n)}" or more, or give the role another name, so that a new role takes its place`,
          },
        }
      : {}),
    ...(state?.flavour === "portcullis" && now.members.some((m) => longestOf(m.delay) > to)
      ? { blocked: "the execution delays of its members must be shortened first" }
      : {}),
    apply: (model, at) =>
      changeRole(model, address, role.id, (r) => ({
        ...r,
        grantDelay: nextManagerDelay(r.grantDelay, to, at, state?.flavour ?? "openzeppelin"),
      })),
  };
}

/** Until a change has taken effect, the longer delay counts. */
const longestOf = (delay: DelayState): bigint =>
  delay.current > settledDelay(delay) ? delay.current : settledDelay(delay);

/** Bound to keys for good, and only before the role's first grant. */
function keyBoundChange(input: SurfaceInput, role: RoleState, now: RoleState, path: string): Change {
  const { found, context, wanted } = input;
  const state = found.manager;
  const words = (bound: boolean) => (bound ? "bound to keys" : "not bound to keys");
  const at = {
    path: `${path}.keyBound`,
    wanted: words(role.keyBound),
    found: words(now.keyBound),
    effect: role.keyBound ? ("tightening" as const) : ("loosening" as const),
  };
  if (!role.keyBound || now.members.length > 0 || state?.flavour !== "portcullis") {
    return impossible(
      at,
      state?.flavour === "portcullis"
        ? "whether a role is bound to keys is fixed before its first grant"
        : "a plain AccessManager does not know of keys",
      "give the role another name in the policy, so that a new role takes its place",
    );
  }
  return {
    ...at,
    title: `Bind ${roleName(wanted, role.id)} on ${wanted.name} to keys that have proved themselves`,
    calls: [managerCall(found.address, { functionName: "setKeyBound", args: [role.id] })],
    callers: roleCallers(found.address, state, ADMIN_ROLE, context.now),
    writes: `${found.address}/roles/${role.id}/settings`,
    reads: [],
    apply: (model) => changeRole(model, found.address, role.id, (r) => ({ ...r, keyBound: true })),
  };
}
