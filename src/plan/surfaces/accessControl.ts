/** OpenZeppelin AccessControl: members of roles. The default admin under DefaultAdminRules is in defaultAdmin.ts. */
import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import type { AccessControlState } from "../../snapshot/types.ts";
import {
  type Change,
  impossible,
  type SurfaceInput,
  type SurfacePlan,
  type SurfacePlanner,
} from "../change.ts";
import {
  changeSurface,
  compareText,
  includesAddress,
  type Model,
  withAddress,
  withoutAddress,
} from "../model.ts";
import { guardLastHolder } from "./lastHolder.ts";

const ABI = parseAbi([
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
]);

export const DEFAULT_ADMIN_ROLE: Hex = `0x${"00".repeat(32)}`;

type Role = AccessControlState["roles"][number];

export const planAccessControl: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found } = input;
  if (wanted.accessControl === undefined || found.accessControl === undefined) return { changes: [] };
  const state = found.accessControl;
  const wishes = wanted.accessControl.roles;
  const ids = [...new Set([...wishes, ...state.roles].map((r) => r.role.toLowerCase() as Hex))].sort(
    compareText,
  );

  const changes: Change[] = [];
  for (const id of ids) {
    // Under DefaultAdminRules this role moves by its own two steps.
    if (id === DEFAULT_ADMIN_ROLE && state.defaultAdmin !== undefined) continue;
    const wish = wishes.find((r) => r.role.toLowerCase() === id) ?? {
      ...untouched(id),
      admin: roleIn(state, id).admin,
    };
    const now = roleIn(state, id);
    changes.push(...memberChanges(input, state, { ...wish, role: id }, now));
    if (wish.admin.toLowerCase() !== now.admin.toLowerCase()) changes.push(adminChange(input, wish, now));
  }
  return { changes };
};

function memberChanges(
  { wanted, found, context }: SurfaceInput,
  state: AccessControlState,
  wish: Role,
  now: Role,
): Change[] {
  const { address } = found;
  const name = wish.label ?? now.label ?? (wish.role === DEFAULT_ADMIN_ROLE ? "DEFAULT_ADMIN" : wish.role);
  const role = `${address}/accessControl/${wish.role}`;
  const source = `${address}/accessControl/${now.admin.toLowerCase()}/members`;
  const callers = adminMembers(state, now.admin).map((member) => ({
    address: member,
    since: 0n,
    source: `${source}/${member}`,
  }));
  const missing = wish.members.filter((m) => !includesAddress(now.members, m));
  const surplus = now.members.filter((m) => !includesAddress(wish.members, m));
  const call = (functionName: "grantRole" | "revokeRole", account: Address) => [
    {
      to: address,
      value: 0n,
      data: encodeFunctionData({ abi: ABI, functionName, args: [wish.role, account] }),
    },
  ];

  const grants = missing.map(
    (account): Change => ({
      path: `${wanted.name}.roles.${name}.members.${context.nameOf(account)}`,
      wanted: "member",
      found: "not a member",
      title: `Grant ${name} on ${wanted.name} to ${context.nameOf(account)}`,
      effect: "loosening",
      calls: call("grantRole", account),
      callers,
      writes: `${role}/members/${account}`,
      reads: [role],
      apply: (model) => changeMembers(model, address, wish.role, now, (list) => withAddress(list, account)),
    }),
  );
  const revokes = surplus.map(
    (account): Change => ({
      path: `${wanted.name}.roles.${name}.members.${context.nameOf(account)}`,
      wanted: "not a member",
      found: "member",
      title: `Revoke ${name} on ${wanted.name} from ${context.nameOf(account)}`,
      effect: "tightening",
      calls: call("revokeRole", account),
      callers,
      writes: `${role}/members/${account}`,
      reads: [role],
      ...guardLastHolder(context, {
        account,
        wanted: wish.members,
        active: now.members
          .filter((m) => includesAddress(wish.members, m))
          .map((m) => ({ account: m, since: 0n })),
        strands: state.roles.some((r) => r.admin.toLowerCase() === wish.role),
      }),
      apply: (model) =>
        changeMembers(model, address, wish.role, now, (list) => withoutAddress(list, account)),
    }),
  );
  return [...grants, ...revokes];
}

function adminChange({ wanted }: SurfaceInput, wish: Role, now: Role): Change {
  return impossible(
    {
      path: `${wanted.name}.roles.${wish.label ?? wish.role}.admin`,
      wanted: wish.admin,
      found: now.admin,
      effect: "neutral",
    },
    "AccessControl has no public function that changes the admin of a role",
    "write the admin role that the contract has into the policy, or upgrade the contract",
  );
}

function adminMembers(state: AccessControlState, role: Hex): readonly Address[] {
  if (role.toLowerCase() === DEFAULT_ADMIN_ROLE && state.defaultAdmin !== undefined)
    return [state.defaultAdmin.admin];
  return roleIn(state, role).members;
}

const roleIn = (state: AccessControlState, id: Hex): Role =>
  state.roles.find((r) => r.role.toLowerCase() === id.toLowerCase()) ?? untouched(id);

const untouched = (role: Hex): Role => ({ role, admin: DEFAULT_ADMIN_ROLE, members: [] });

function changeMembers(
  model: Model,
  address: Address,
  id: Hex,
  before: Role,
  change: (members: readonly Address[]) => Address[],
): void {
  changeSurface(model, address, "accessControl", (state) => {
    const now = state.roles.find((r) => r.role.toLowerCase() === id) ?? before;
    const others = state.roles.filter((r) => r.role.toLowerCase() !== id);
    const roles = [...others, { ...now, members: change(now.members) }];
    return { ...state, roles: roles.sort((a, b) => compareText(a.role, b.role)) };
  });
}
