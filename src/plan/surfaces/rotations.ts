/** Rotation on a RoleManager: requested with the new key's proof, then, after the grant delay, executed by anyone. */
import type { Address } from "viem";
import type { GrantState, ManagerState, RoleState } from "../../snapshot/types.ts";
import type { Change, SurfaceInput, SurfacePlan, SurfacePlanner } from "../change.ts";
import { changeSurface, compareAddresses, delayAt, isExpired, sameAddress } from "../model.ts";
import { ADMIN_ROLE, roleCallers } from "../power.ts";
import type { Rotation } from "../rotation.ts";
import { changeBinding, proofFor } from "./bindings.ts";
import { managerCall } from "./managerCalls.ts";

export const planRotations: SurfacePlanner = (input): SurfacePlan => {
  const { context, found, wanted } = input;
  const state = found.manager;
  if (wanted.manager === undefined || state === undefined) return { changes: [] };
  return {
    changes: context.rotations
      .filter((r) => sameAddress(r.manager, found.address) && holds(state, r.previous))
      .map((r) => {
        const pending = state.rotations?.find(
          (p) => sameAddress(p.previous, r.previous) && p.expiresAt > context.now,
        );
        return pending !== undefined && sameAddress(pending.next, r.next)
          ? execute(input, state, r, pending.readyAt)
          : request(input, state, r);
      }),
  };
};

function request(input: SurfaceInput, state: ManagerState, rotation: Rotation): Change {
  const { found, context } = input;
  const { previous, next } = rotation;
  const signed = proofFor(context, found.address, next);
  const bound = state.bindings.some((b) => sameAddress(b.account, next) && b.status === "valid");
  const proof = signed?.proof ?? {
    account: next,
    provider: "",
    custody: `0x${"00".repeat(32)}` as const,
    tier: 0,
    rotateBy: 0,
    nonce: 0,
    deadline: 0,
  };
  return {
    ...words(input, rotation),
    title: `Ask to hand all roles of ${context.nameOf(previous)} on ${input.wanted.name} to ${context.nameOf(next)}`,
    calls: [
      managerCall(found.address, {
        functionName: "requestRotation",
        args: [previous, proof, bound ? "0x" : (signed?.signature ?? "0x")],
      }),
    ],
    callers: [
      { address: previous, since: 0n, source: `${found.address}/rotations` },
      ...roleCallers(found.address, state, ADMIN_ROLE, context.now),
    ],
    apply: (model, at) => {
      const delays = state.roles
        .filter((r) => rotation.moves.includes(r.id))
        .map((r) => delayAt(r.grantDelay, at));
      const readyAt = at + delays.reduce((most, d) => (d > most ? d : most), 0n);
      changeSurface(model, found.address, "manager", (s) => ({
        ...s,
        rotations: [
          ...(s.rotations ?? []).filter((p) => !sameAddress(p.previous, previous)),
          { previous, next, readyAt, expiresAt: readyAt + 604_800n },
        ],
      }));
      if (signed !== undefined && !bound) changeBinding(model, found.address, signed.proof, "proposed");
    },
  };
}

function execute(input: SurfaceInput, state: ManagerState, rotation: Rotation, readyAt: bigint): Change {
  const { found, context } = input;
  const { previous, next } = rotation;
  const keyBound = state.roles.some((r) => r.keyBound && rotation.moves.includes(r.id));
  const bound = state.bindings.some(
    (b) => sameAddress(b.account, next) && (b.status === "valid" || b.status === "exempt"),
  );
  return {
    ...words(input, rotation),
    title: `Hand all roles of ${context.nameOf(previous)} on ${input.wanted.name} to ${context.nameOf(next)}`,
    calls: [managerCall(found.address, { functionName: "executeRotation", args: [previous, next] })],
    callers: "anyone",
    notBefore: readyAt,
    ...(keyBound && !bound ? { blocked: "a registrar must confirm the new key first" } : {}),
    apply: (model, at) =>
      changeSurface(model, found.address, "manager", (s) => ({
        ...s,
        roles: s.roles.map((role) => moveMember(role, previous, next, at)),
        rotations: (s.rotations ?? []).filter((p) => !sameAddress(p.previous, previous)),
      })),
  };
}

function words({ wanted, found, context }: SurfaceInput, { previous, next }: Rotation) {
  return {
    path: `${wanted.name}.rotation.${context.nameOf(next)}`,
    wanted: `roles held by ${next}`,
    found: `roles held by ${previous}`,
    effect: "loosening" as const,
    writes: `${found.address}/roles`,
    reads: [`${found.address}/bindings/${next}`],
  };
}

/** Where the new key holds the role already, the longer delay and the earlier expiry win. */
function moveMember(role: RoleState, previous: Address, next: Address, at: bigint): RoleState {
  const old = role.members.find((m) => sameAddress(m.account, previous));
  if (old === undefined) return role;
  const held = role.members.find((m) => sameAddress(m.account, next));
  const others = role.members.filter((m) => m !== old && m !== held);
  const moved = isExpired(old, at)
    ? held
    : held === undefined
      ? { ...old, account: next }
      : stricter(held, old);
  const members = moved === undefined ? others : [...others, moved];
  return { ...role, members: members.sort((a, b) => compareAddresses(a.account, b.account)) };
}

function stricter(a: GrantState, b: GrantState): GrantState {
  const until = a.until === 0n ? b.until : b.until === 0n ? a.until : a.until < b.until ? a.until : b.until;
  return { ...a, until, delay: a.delay.current >= b.delay.current ? a.delay : b.delay };
}

const holds = (state: ManagerState, account: Address): boolean =>
  state.roles.some((role) => role.members.some((m) => sameAddress(m.account, account)));
