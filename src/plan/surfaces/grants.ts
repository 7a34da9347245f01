/** Members of a manager's roles: grants, revocations, execution delays and expiries. */
import type { Address } from "viem";
import { formatDuration } from "../../policy/text/duration.ts";
import type { DelayState, GrantState, RoleState } from "../../snapshot/types.ts";
import type { Change, SurfaceInput, SurfacePlan, SurfacePlanner, Wait } from "../change.ts";
import { changedDelay, delayAt, isExpired, sameAddress, settled, settledDelay } from "../model.ts";
import { ADMIN_ROLE, PUBLIC_ROLE, roleCallers, tighteningCallers } from "../power.ts";
import { formatTime } from "../wording.ts";
import { guardLastHolder } from "./lastHolder.ts";
import { managerCall } from "./managerCalls.ts";
import { changeMember, roleIn, roleName } from "./roleState.ts";

export const planGrants: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found } = input;
  if (wanted.manager === undefined || found.manager === undefined) return { changes: [] };
  const { roles } = wanted.manager;
  const state = found.manager;
  const ids = [...new Set([...roles, ...state.roles].map((r) => r.id))].filter((id) => id !== PUBLIC_ROLE);
  const plans = ids
    .sort((a, b) => (a < b ? -1 : 1))
    .map((id) => planRole(input, roles.find((r) => r.id === id)?.members ?? [], roleIn(state, id)));
  return { changes: plans.flatMap((p) => p.changes), waits: plans.flatMap((p) => p.waits ?? []) };
};

function planRole(input: SurfaceInput, wishes: readonly GrantState[], role: RoleState): SurfacePlan {
  const { context, found } = input;
  const plan: Required<SurfacePlan> = { changes: [], waits: [] };
  const grantOf = (list: readonly GrantState[], account: Address) =>
    list.find((m) => sameAddress(m.account, account));
  const rotates = (account: Address, side: "previous" | "next") =>
    context.rotations.some(
      (r) =>
        sameAddress(r.manager, found.address) && sameAddress(r[side], account) && r.moves.includes(role.id),
    );

  for (const wish of wishes) {
    if (rotates(wish.account, "next")) continue;
    const now = grantOf(role.members, wish.account);
    if (now === undefined || isExpired(now, context.now)) plan.changes.push(grant(input, role, wish, now));
    else {
      plan.changes.push(...amend(input, role, wish, now));
      plan.waits.push(...waitsOf(input, role, wish, now));
    }
  }
  for (const now of role.members) {
    if (grantOf(wishes, now.account) !== undefined || rotates(now.account, "previous")) continue;
    plan.changes.push(revoke(input, role, wishes, now));
  }
  return plan;
}

function grant(
  input: SurfaceInput,
  role: RoleState,
  wish: GrantState,
  expired: GrantState | undefined,
): Change {
  const { found, context } = input;
  const { address } = found;
  const delay = delayAt(wish.delay, context.now);
  const shared = member(input, role, wish.account);
  return {
    ...shared,
    wanted: describe(wish),
    found: expired === undefined ? "not a member" : `expired at ${formatTime(expired.until)}`,
    title: `Grant ${shared.role} on ${input.wanted.name} to ${context.nameOf(wish.account)}, ${describe(wish)}${
      role.grantDelay.current > 0n
        ? `, in force ${formatDuration(delayAt(role.grantDelay, context.now))} later`
        : ""
    }`,
    effect: "loosening",
    calls: [
      wish.until === 0n
        ? managerCall(address, { functionName: "grantRole", args: [role.id, wish.account, Number(delay)] })
        : managerCall(address, {
            functionName: "grantRoleUntil",
            args: [role.id, wish.account, Number(delay), Number(wish.until)],
          }),
    ],
    ...limits(input, role, wish),
    apply: (model, at) =>
      changeMember(model, address, role.id, wish.account, () => ({
        account: wish.account,
        since: at + delayAt(role.grantDelay, at),
        until: wish.until,
        delay: settled(delay),
      })),
  };
}

/** Another execution delay or expiry for a member. */
function amend(input: SurfaceInput, role: RoleState, wish: GrantState, now: GrantState): Change[] {
  const { found, context } = input;
  const { address } = found;
  const delay = settledDelay(wish.delay);
  const [delayDiffers, untilDiffers] = [settledDelay(now.delay) !== delay, settledUntil(now) !== wish.until];
  if (!delayDiffers && !untilDiffers) return [];

  const shared = member(input, role, wish.account);
  const later = (a: bigint, b: bigint) => a === 0n || (b !== 0n && a > b);
  const loosens =
    (delayDiffers && delay < settledDelay(now.delay)) ||
    (untilDiffers && later(wish.until, settledUntil(now)));
  const to = wish.account;
  // Only `renewRole` has the fast lane: a longer execution delay goes through a grant.
  const atOnce = !delayDiffers && wish.until !== 0n && (now.until === 0n || wish.until <= now.until);
  const call = !delayDiffers
    ? managerCall(address, { functionName: "renewRole", args: [role.id, to, Number(wish.until)] })
    : untilDiffers
      ? managerCall(address, {
          functionName: "grantRoleUntil",
          args: [role.id, to, Number(delay), Number(wish.until)],
        })
      : managerCall(address, { functionName: "grantRole", args: [role.id, to, Number(delay)] });
  return [
    {
      ...shared,
      wanted: describe(wish),
      found: describe({ ...now, delay: settled(settledDelay(now.delay)), until: settledUntil(now) }),
      title: `Change the grant of ${shared.role} on ${input.wanted.name} to ${context.nameOf(to)}: ${describe(wish)}`,
      effect: loosens ? "loosening" : "tightening",
      calls: [call],
      ...(atOnce && found.manager !== undefined
        ? { callers: tighteningCallers(address, found.manager, role.admin, context.now) }
        : {}),
      ...limits(input, role, wish),
      apply: (model, at) =>
        changeMember(model, address, role.id, to, (before) => {
          if (before === undefined) return null;
          const grantDelay = delayAt(role.grantDelay, at);
          const { pendingUntil: _, ...rest } = before;
          return {
            ...rest,
            delay: delayDiffers ? nextExecutionDelay(before.delay, delay, at) : before.delay,
            ...expiryAfter(rest, untilDiffers ? wish.until : rest.until, at, grantDelay),
          };
        }),
    },
  ];
}

function revoke(
  input: SurfaceInput,
  role: RoleState,
  wishes: readonly GrantState[],
  now: GrantState,
): Change {
  const { found, context } = input;
  const { address } = found;
  const shared = member(input, role, now.account);
  const apply: Change["apply"] = (model) => changeMember(model, address, role.id, now.account, () => null);
  if (isExpired(now, context.now) && found.manager?.flavour === "portcullis") {
    return {
      ...shared,
      wanted: "not a member",
      found: `expired at ${formatTime(now.until)}`,
      title: `Clear the expired grant of ${shared.role} on ${input.wanted.name} to ${context.nameOf(now.account)}`,
      effect: "neutral",
      calls: [managerCall(address, { functionName: "clearExpired", args: [role.id, now.account] })],
      callers: "anyone",
      apply,
    };
  }
  const state = found.manager;
  const active = role.members
    .filter((m) => !isExpired(m, context.now) && wishes.some((w) => sameAddress(w.account, m.account)))
    .map((m) => ({ account: m.account, since: m.since }));
  return {
    ...shared,
    wanted: "not a member",
    found: describe({ ...now, delay: settled(settledDelay(now.delay)) }),
    title: `Revoke ${shared.role} on ${input.wanted.name} from ${context.nameOf(now.account)}`,
    effect: "tightening",
    calls: [managerCall(address, { functionName: "revokeRole", args: [role.id, now.account] })],
    callers: state === undefined ? [] : tighteningCallers(address, state, role.admin, context.now),
    ...guardLastHolder(context, {
      account: now.account,
      wanted: wishes.map((w) => w.account),
      active,
      strands: role.id === ADMIN_ROLE,
    }),
    apply,
  };
}

function member({ wanted, found, context }: SurfaceInput, role: RoleState, account: Address) {
  const name = roleName(wanted, role.id);
  return {
    role: name,
    path: `${wanted.name}.roles.${name}.members.${context.nameOf(account)}`,
    callers:
      found.manager === undefined ? [] : roleCallers(found.address, found.manager, role.admin, context.now),
    writes: `${found.address}/roles/${role.id}/members/${account}`,
    // Within a role the order of the plan holds: what takes power away comes before what gives it.
    reads: [`${found.address}/roles/${role.id}`],
  };
}

/** What the manager would refuse for this grant, now or ever. */
function limits(
  { found, context }: SurfaceInput,
  role: RoleState,
  wish: GrantState,
): Pick<Change, "blocked" | "impossible"> {
  const delay = settledDelay(wish.delay);
  if (found.manager?.flavour === "openzeppelin") {
    if (wish.until === 0n) return {};
    return {
      impossible: {
        why: "a plain AccessManager has no grants that expire",
        hint: "leave `until` out of the grant, or move the contracts to a RoleManager",
      },
    };
  }
  if (role.id === ADMIN_ROLE && wish.until !== 0n) {
    return { impossible: { why: "ADMIN cannot expire", hint: "leave `until` out of the grant" } };
  }
  const grantDelay = shortest(role.grantDelay, context.now);
  if (wish.until !== 0n && wish.until <= context.now + delayAt(role.grantDelay, context.now)) {
    return {
      impossible: {
        why: `the grant would end at ${formatTime(wish.until)}, before it begins`,
        hint: "write a later `until` into the policy, or take the grant out of it",
      },
    };
  }
  if (delay > grantDelay) {
    return { blocked: `the grant delay must be at least the execution delay, ${formatDuration(delay)}` };
  }
  return {};
}

/** A grant delay that is to be shortened counts as short already. */
function shortest(delay: DelayState, time: bigint): bigint {
  const [now, later] = [delayAt(delay, time), settledDelay(delay)];
  return later < now ? later : now;
}

function waitsOf(
  { wanted, context }: SurfaceInput,
  role: RoleState,
  wish: GrantState,
  now: GrantState,
): Wait[] {
  const path = `${wanted.name}.roles.${roleName(wanted, role.id)}.members.${context.nameOf(wish.account)}`;
  const waits: Wait[] = [];
  if (now.since > context.now) waits.push({ path, title: "The grant comes into force", until: now.since });
  if (now.delay.effect > context.now && settledDelay(now.delay) === settledDelay(wish.delay)) {
    const title = `The execution delay becomes ${formatDuration(now.delay.pending)}`;
    waits.push({ path, title, until: now.delay.effect });
  }
  const renewal = now.pendingUntil;
  if (renewal !== undefined && renewal.effect > context.now && renewal.until === wish.until) {
    waits.push({
      path,
      title: `The renewal until ${expiry(renewal.until)} comes into force`,
      until: renewal.effect,
    });
  }
  return waits;
}

const settledUntil = (grant: GrantState): bigint => grant.pendingUntil?.until ?? grant.until;

/** A shorter execution delay waits out the difference, so that it can be vetoed or seen. */
function nextExecutionDelay(before: DelayState, seconds: bigint, at: bigint): DelayState {
  const current = delayAt(before, at);
  return changedDelay(before, seconds, at, seconds < current ? at + current - seconds : at);
}

/** An earlier end is at once; a later one waits the grant delay. */
function expiryAfter(
  before: GrantState,
  until: bigint,
  at: bigint,
  grantDelay: bigint,
): Pick<GrantState, "until" | "pendingUntil"> {
  const later = before.until !== 0n && (until === 0n || until > before.until);
  return later && grantDelay > 0n
    ? { until: before.until, pendingUntil: { until, effect: at + grantDelay } }
    : { until };
}

function describe(grant: GrantState): string {
  const delay = settledDelay(grant.delay);
  return `${delay === 0n ? "at once" : `with a delay of ${formatDuration(delay)}`}, ${expiry(grant.until)}`;
}

const expiry = (until: bigint): string => (until === 0n ? "without end" : `until ${formatTime(until)}`);
