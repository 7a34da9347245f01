/** The rules of AccessManager and RoleManager. */
import { type Address, toFunctionSelector } from "viem";
import { deriveRoleId } from "../../policy/roleId.ts";
import { sortAddresses } from "../../snapshot/sortAddresses.ts";
import type { GrantState, ManagerState, RoleState } from "../../snapshot/types.ts";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { plainEdge } from "./plainEdge.ts";
import { leastDelay } from "./timelock.ts";

const ADMIN_ROLE = 0n;
const PUBLIC_ROLE = 2n ** 64n - 1n;

/** Functions of a manager that the admins of any role may call, for their role. */
const BY_ROLE_ADMINS = [
  "grantRole(uint64,address,uint32)",
  "revokeRole(uint64,address)",
  "grantRoleUntil(uint64,address,uint32,uint48)",
  "renewRole(uint64,address,uint48)",
].map((signature) => toFunctionSelector(signature));

/** What a RoleManager asks no execution delay for: it takes power away (closing a target; opening one is `targetAdmin`). */
const AT_ONCE = ["revokeRole(uint64,address)", "setTargetClosed(address,bool)"].map((signature) =>
  toFunctionSelector(signature),
);

const REGISTRAR_ROLE = deriveRoleId("registrar");

/** Functions of a RoleManager that it gives to roles of its own, whatever their labels. Pausers close targets, beside the admins. */
const BY_OWN_ROLE = new Map([
  [toFunctionSelector("confirmBinding(address,bytes32,uint8,uint48)"), [REGISTRAR_ROLE]],
  [toFunctionSelector("exempt(address)"), [REGISTRAR_ROLE]],
  [toFunctionSelector("setTargetClosed(address,bool)"), [ADMIN_ROLE, deriveRoleId("pauser")]],
]);

export function restrictedEdges(graph: Graph, gains: Power & { kind: "restricted" }): Edge[] {
  const { manager, target, selector } = gains;
  const state = graph.contract(manager)?.manager;
  if (!state) return [];
  if (target === manager) return ownFunctionEdges(state, gains);
  const rules = state.targets.find((t) => t.address === target);
  const role = rules?.functions.find((f) => f.selector === selector)?.role ?? ADMIN_ROLE;
  const edges: Edge[] = [];
  if (!rules?.closed) {
    const via = { kind: "restricted", manager, target, selector, role } as const;
    edges.push(plainEdge(gains, { kind: "role", manager, role }, via));
  }
  // Admins give the function to another role, reopen the target, or hand it to another authority.
  if (role !== ADMIN_ROLE || rules?.closed) {
    const admin = targetAdmin(graph, manager, target);
    edges.push({
      ...plainEdge(gains, admin, { kind: "remap", manager, target }),
      // Ours lets the guardian of the role that would lose the function object.
      vetoers: admin.atLeast ? stoppers(state, state.flavour === "portcullis" ? role : ADMIN_ROLE) : [],
    });
  }
  return edges;
}

/** Who administers a target waits the target's admin delay or the own execution delay, whichever is longer. */
export function targetAdmin(graph: Graph, manager: Address, target: Address): RolePower {
  const rules = graph.contract(manager)?.manager?.targets.find((t) => t.address === target);
  const atLeast = rules ? leastDelay(rules.adminDelay, graph.now) : 0n;
  return { kind: "role", manager, role: ADMIN_ROLE, ...(atLeast > 0n ? { atLeast } : {}) };
}

function ownFunctionEdges(state: ManagerState, gains: Power & { kind: "restricted" }): Edge[] {
  const { manager, target, selector } = gains;
  const ours = state.flavour === "portcullis";
  const roles = BY_ROLE_ADMINS.includes(selector)
    ? [...new Set([ADMIN_ROLE, ...state.roles.map((role) => role.admin)])].sort((a, b) => (a < b ? -1 : 1))
    : ((ours ? BY_OWN_ROLE.get(selector) : undefined) ?? [ADMIN_ROLE]);
  const atOnce = ours && AT_ONCE.includes(selector);
  return roles.map((role) =>
    plainEdge(
      gains,
      { kind: "role", manager, role, ...(atOnce ? { atOnce } : {}) },
      { kind: "restricted", manager, target, selector, role },
    ),
  );
}

type RolePower = Power & { kind: "role" };

export function roleEdges(graph: Graph, gains: RolePower): Edge[] {
  const { manager, role: id } = gains;
  if (id === PUBLIC_ROLE) return [plainEdge(gains, { kind: "anyone" }, { kind: "publicRole", manager })];
  const state = graph.contract(manager)?.manager;
  if (!state) return [];
  const role = state.roles.find((r) => r.id === id);
  const members = (role?.members ?? [])
    .filter((grant) => !role?.keyBound || isBound(state, grant.account))
    .map((grant) => memberEdge(graph, state, gains, grant));
  const by = role?.admin ?? ADMIN_ROLE;
  if (by === id) return members;
  // ADMIN takes any role back from its admin, at once.
  const admins = by === ADMIN_ROLE || id === ADMIN_ROLE ? [by] : [by, ADMIN_ROLE];
  return [...members, ...admins.map((admin) => grantEdge(graph, state, gains, role, admin))];
}

function memberEdge(graph: Graph, state: ManagerState, gains: RolePower, grant: GrantState): Edge {
  const { manager, role: id, atLeast = 0n, atOnce } = gains;
  const { account, since, until, pendingUntil } = grant;
  const delay = atOnce ? 0n : max(leastDelay(grant.delay, graph.now), atLeast);
  const pending = since > graph.now ? since - graph.now : 0n;
  const via = { kind: "member", manager, role: id, account } as const;
  const vetoers = delay > 0n || (pending > 0n && state.flavour === "portcullis") ? stoppers(state, id) : [];
  // A renewal that waits keeps an expired grant in view.
  const expires =
    pendingUntil && (pendingUntil.until === 0n || pendingUntil.until > until) ? pendingUntil.until : until;
  const dead = until !== 0n && until <= graph.now && pendingUntil ? pendingUntil.effect - graph.now : 0n;
  return {
    ...plainEdge(gains, { kind: "act", address: account }, via, delay + max(pending, dead)),
    vetoers,
    expires,
  };
}

/** Members of the admin role grant it to themselves, without an execution delay of their own, and wait the grant delay. */
function grantEdge(
  graph: Graph,
  state: ManagerState,
  gains: RolePower,
  role: RoleState | undefined,
  by: bigint,
): Edge {
  const { manager, role: id, atLeast = 0n } = gains;
  const wait = role ? leastDelay(role.grantDelay, graph.now) : 0n;
  const need: Power = { kind: "role", manager, role: by };
  // OpenZeppelin's guardians cancel scheduled calls only: a grant under way is out of their reach.
  const vetoers = wait > 0n && state.flavour === "portcullis" ? stoppers(state, id) : [];
  const via = { kind: "grant", manager, role: id, by } as const;
  return { ...plainEdge(gains, need, via, wait + atLeast), vetoers };
}

/** Who cancels what is scheduled under a role: its guardians, and the admins. */
function stoppers(state: ManagerState, id: bigint): Address[] {
  const admins = state.roles.find((role) => role.id === ADMIN_ROLE)?.members ?? [];
  return sortAddresses([...guardians(state, id), ...admins.map((member) => member.account)]);
}

function guardians(state: ManagerState, id: bigint): Address[] {
  const guardian = state.roles.find((role) => role.id === id)?.guardian ?? ADMIN_ROLE;
  const members = state.roles.find((role) => role.id === guardian)?.members ?? [];
  return sortAddresses(members.map((member) => member.account));
}

function isBound(state: ManagerState, account: Address): boolean {
  const status = state.bindings.find((binding) => binding.account === account)?.status;
  return status === "valid" || status === "exempt";
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
