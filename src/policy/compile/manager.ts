/** Managers: their own configuration, their roles, and their targets. */
import type { ManagerState, RoleState } from "../../snapshot/types.ts";
import type { DesiredContract, DesiredSigner } from "../desired.ts";
import { ADMIN_ROLE } from "../roleId.ts";
import type { Policy } from "../schema/policy.ts";
import { nearestName } from "../text/nearest.ts";
import { deployment } from "./accounts.ts";
import { compileBindings } from "./bindings.ts";
import { type CompileContext, settled } from "./context.ts";
import { checkRoleRules } from "./roleRules.ts";
import { compileGrants, compileRole, type Role, roleIds } from "./roles.ts";
import { compileTargets } from "./targets.ts";

export function compileManager(
  context: CompileContext,
  name: string,
  manager: Policy["managers"][string],
  signers: readonly DesiredSigner[],
): DesiredContract {
  const { names, problems, policy } = context;
  const ours = manager.flavour === "portcullis";
  if (!ours && manager.at === undefined) {
    problems.add(
      ["managers", name, "flavour"],
      "a plain AccessManager is only administered, not deployed",
      "write at, or leave flavour away",
    );
  }
  const own = Object.entries(policy.roles).filter(([role]) => managerOf(context, role) === name);
  const ids = roleIds(context, own);
  if (ours) checkRoleRules(own, ids, problems);
  const admins = readAdmins(manager.admin);
  if (Object.keys(admins).length === 0) {
    problems.add(
      ["managers", name, "admin"],
      "nobody could administer it",
      "name at least one, usually a timelock",
    );
  }
  const admin: RoleState = {
    id: ADMIN_ROLE,
    admin: ADMIN_ROLE,
    guardian: ADMIN_ROLE,
    grantDelay: settled(manager.grantDelay),
    keyBound: false,
    members: compileGrants(context, admins, ["managers", name, "admin"], manager.grantDelay, ours),
  };
  const roles = own
    .filter(([role]) => role !== "PUBLIC")
    .map(([role, entry]) => compileRole(context, role, entry, ids, ours));
  const state: ManagerState = {
    flavour: manager.flavour,
    roles: [admin, ...roles].sort((a, b) => (a.id < b.id ? -1 : 1)),
    targets: compileTargets(context, name, own, ids, ours),
    operations: [],
    bindings: ours ? compileBindings(roles, signers) : [],
  };
  const descriptions = own.flatMap(([role, { description }]) =>
    description === undefined ? [] : [[String(ids.get(role)), description]],
  );
  return {
    name,
    address: names.addressOf(name),
    codehash: null,
    manager: state,
    roleNames: Object.fromEntries([...ids].map(([role, id]) => [String(id), role])),
    roleDescriptions: Object.fromEntries(descriptions) as Record<string, string>,
    ...deployment(manager.at, "RoleManager", Object.keys(admins)),
  };
}

/** The manager a role belongs to: its own word, or the only one there is. */
function managerOf({ policy, problems }: CompileContext, role: string): string | undefined {
  const written = policy.roles[role]?.manager;
  const known = Object.keys(policy.managers);
  if (written !== undefined) {
    if (policy.managers[written] !== undefined || policy.broken.has(written)) return written;
    const nearest = nearestName(written, known);
    problems.add(
      ["roles", role, "manager"],
      `"${written}" is not a manager of this policy`,
      nearest ? `did you mean "${nearest}"?` : `write one of: ${known.join(", ")}`,
    );
    return undefined;
  }
  if (known.length === 1) return known[0];
  problems.add(
    ["roles", role, "manager"],
    known.length === 0
      ? "there is no manager to hold the role"
      : "it is not clear which manager holds the role",
    known.length === 0 ? "declare one under managers" : `write one of: ${known.join(", ")}`,
  );
  return undefined;
}

function readAdmins(admin: Policy["managers"][string]["admin"]): Role["grants"] {
  if (typeof admin === "string") return { [admin]: {} };
  return Array.isArray(admin) ? Object.fromEntries(admin.map((name) => [name, {}])) : admin;
}
