/** Roles of a manager, their ids, and who is granted them. */
import type { Address } from "viem";
import type { GrantState, RoleState } from "../../snapshot/types.ts";
import type { Path } from "../problems.ts";
import { ADMIN_ROLE, deriveRoleId, PUBLIC_ROLE } from "../roleId.ts";
import type { Policy } from "../schema/policy.ts";
import { formatDuration } from "../text/duration.ts";
import { nearestName } from "../text/nearest.ts";
import { type CompileContext, settled } from "./context.ts";

export type Role = Policy["roles"][string];

export function roleIds({ problems }: CompileContext, own: readonly [string, Role][]): Map<string, bigint> {
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

export function compileRole(
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

export function compileGrants(
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
