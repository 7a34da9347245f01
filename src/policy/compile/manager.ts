/** Managers: roles, grants, and which role each function of a target needs. */
import type { Address, Hex } from "viem";
import type { BindingState, GrantState, ManagerState, RoleState, TargetState } from "../../snapshot/types.ts";
import type { DesiredContract, DesiredSigner } from "../desired.ts";
import type { Path } from "../problems.ts";
import { ADMIN_ROLE, deriveRoleId, PUBLIC_ROLE } from "../roleId.ts";
import type { Policy } from "../schema/policy.ts";
import { formatDuration } from "../text/duration.ts";
import { nearestName } from "../text/nearest.ts";
import { deployment } from "./accounts.ts";
import { type CompileContext, settled } from "./context.ts";
import { resolveSelector } from "./functions.ts";
import { checkRoleRules } from "./roleRules.ts";

type Role = Policy["roles"][string];

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

function roleIds({ problems }: CompileContext, own: readonly [string, Role][]): Map<string, bigint> {
  const ids = new Map<string, bigint>([
    ["ADMIN", ADMIN_ROLE],
    ["PUBLIC", PUBLIC_ROLE],
  ]);
  const taken = new Map<bigint, string>();
  for (const [role, { id = deriveRoleId(role) }] of own) {
    if (role === "PUBLIC") continue;
    if (role === "ADMIN") {
      problems.add(
        ["roles", role],
        "ADMIN is the manager's own role",
        "write its holders as managers.<name>.admin",
      );
      continue;
    }
    const other = taken.get(id);
    if (other !== undefined)
      problems.add(["roles", role, "id"], `roles.${other} has the id ${id} too`, "write another id");
    if (id >= PUBLIC_ROLE)
      problems.add(["roles", role, "id"], `${id} is no id of a role`, `write a number below ${PUBLIC_ROLE}`);
    taken.set(id, role);
    ids.set(role, id);
  }
  return ids;
}

function compileRole(
  context: CompileContext,
  name: string,
  role: Role,
  ids: ReadonlyMap<string, bigint>,
  ours: boolean,
): RoleState {
  const { problems } = context;
  const path = ["roles", name];
  const idOf = (field: "admin" | "guardian"): bigint => {
    const id = role[field] === "PUBLIC" ? undefined : ids.get(role[field]);
    if (id !== undefined) return id;
    const known = [...ids.keys()].filter((known) => known !== "PUBLIC");
    const nearest = nearestName(role[field], known);
    problems.add(
      [...path, field],
      `"${role[field]}" is not a role of this manager`,
      nearest ? `did you mean "${nearest}"?` : `write one of: ${known.join(", ")}`,
    );
    return ADMIN_ROLE;
  };
  if (role.keyBound && !ours) {
    problems.add([...path, "keyBound"], "a plain AccessManager knows no key bindings", "leave it away");
  }
  return {
    id: ids.get(name) ?? 0n,
    ...(role.label !== undefined || ours ? { label: role.label ?? name } : {}),
    admin: idOf("admin"),
    guardian: idOf("guardian"),
    grantDelay: settled(role.grantDelay),
    keyBound: role.keyBound,
    members: compileGrants(context, role.grants, [...path, "grants"], role.grantDelay, ours),
  };
}

function compileGrants(
  { names, problems }: CompileContext,
  grants: Role["grants"],
  path: Path,
  grantDelay: bigint,
  ours: boolean,
): GrantState[] {
  const members = new Map<Address, { reference: string; grant: GrantState }>();
  for (const [reference, { delay = 0n, until = 0n }] of Object.entries(grants)) {
    const account = names.resolve(reference, [...path, reference]);
    if (account === undefined) continue;
    const other = members.get(account);
    if (other !== undefined) {
      problems.add(
        [...path, reference],
        `is the same address as "${other.reference}"`,
        "leave one of them away",
      );
    }
    if (until !== 0n && !ours) {
      problems.add(
        [...path, reference, "until"],
        "grants of a plain AccessManager do not expire",
        "leave it away",
      );
    }
    if (delay > grantDelay && ours) {
      problems.add(
        [...path, reference, "delay"],
        `is above the role's grant delay (${formatDuration(grantDelay)}): revoking and granting would shorten it`,
        `write grantDelay: "${formatDuration(delay)}" or more into the role`,
      );
    }
    members.set(account, { reference, grant: { account, since: 0n, until, delay: settled(delay) } });
  }
  return [...members.values()]
    .map(({ grant }) => grant)
    .sort((a, b) => (BigInt(a.account) < BigInt(b.account) ? -1 : 1));
}

function compileTargets(
  context: CompileContext,
  manager: string,
  own: readonly [string, Role][],
  ids: ReadonlyMap<string, bigint>,
  ours: boolean,
): TargetState[] {
  const { names, problems, policy } = context;
  const targets = new Map<string, Map<Hex, { role: string; id: bigint }>>();
  for (const [name, { manager: authority }] of Object.entries(policy.contracts)) {
    if (authority === manager) targets.set(name, new Map());
  }
  for (const [role, { may }] of own) {
    for (const [contract, functions] of Object.entries(may)) {
      const path = ["roles", role, "may", contract];
      if (contract === manager && ours) {
        problems.add(
          path,
          "the manager's own functions have fixed rules",
          "leave it away: they need ADMIN, or the role's own admin",
        );
        continue;
      }
      const mapped =
        targets.get(contract) ??
        (contract === manager ? new Map<Hex, { role: string; id: bigint }>() : undefined);
      if (mapped === undefined) {
        refuseTarget(context, contract, manager, [...targets.keys()], path);
        continue;
      }
      targets.set(contract, mapped);
      functions.forEach((written, i) => {
        const selector = resolveSelector(written, context.abiOf(contract), contract, [...path, i], problems);
        if (selector === undefined) return;
        const other = mapped.get(selector);
        if (other !== undefined) {
          problems.add(
            [...path, i],
            other.role === role
              ? `"${written}" is there twice`
              : `"${written}" is given to the role "${other.role}" too, and a function has one role`,
            other.role === role ? "leave it away" : "leave one of them away, or grant both groups one role",
          );
        }
        mapped.set(selector, { role, id: ids.get(role) ?? 0n });
      });
    }
  }
  return [...targets]
    .map(([name, mapped]) => ({
      address: names.addressOf(name),
      closed: policy.contracts[name]?.closed ?? false,
      adminDelay: settled(policy.contracts[name]?.adminDelay ?? 0n),
      functions: [...mapped]
        .map(([selector, { id }]) => ({ selector, role: id }))
        .sort((a, b) => (a.selector < b.selector ? -1 : 1)),
    }))
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

function refuseTarget(
  { policy, problems }: CompileContext,
  contract: string,
  manager: string,
  managed: readonly string[],
  path: Path,
): void {
  if (policy.broken.has(contract)) return;
  if (policy.contracts[contract] !== undefined) {
    problems.add(
      path,
      `the contract "${contract}" is not managed by "${manager}"`,
      `write contracts.${contract}.manager: "${manager}", or take it out of the role`,
    );
    return;
  }
  const nearest = nearestName(contract, managed);
  problems.add(
    path,
    `"${contract}" is not a contract of this policy`,
    nearest
      ? `did you mean "${nearest}"?`
      : `write one of: ${managed.join(", ") || "(declare it under contracts)"}`,
  );
}

/** A key-bound role needs a valid binding of each key, and an exemption of each contract, which cannot sign. */
function compileBindings(roles: readonly RoleState[], signers: readonly DesiredSigner[]): BindingState[] {
  const accounts = new Set(
    roles.filter((role) => role.keyBound).flatMap((role) => role.members.map((m) => m.account)),
  );
  return [...accounts]
    .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
    .map((account) => {
      const signer = signers.find((s) => s.address === account);
      return signer === undefined
        ? { account, provider: "", custody: ZERO_DIGEST, tier: "development", rotateBy: 0n, status: "exempt" }
        : {
            account,
            provider: signer.source.provider,
            custody: signer.custody,
            tier: signer.tier,
            rotateBy: signer.rotateBy ?? 0n,
            status: "valid",
          };
    });
}

const ZERO_DIGEST: Hex = `0x${"0".repeat(64)}`;

function readAdmins(admin: Policy["managers"][string]["admin"]): Role["grants"] {
  if (typeof admin === "string") return { [admin]: {} };
  return Array.isArray(admin) ? Object.fromEntries(admin.map((name) => [name, {}])) : admin;
}
