/**
 * Who can make a call happen, and how: every way from a key of ours to an address that holds the power, through
 * Safes, timelocks and managers, as the model has them.
 */

import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { readOwner, suffices } from "../accounts/owners/readOwner.ts";
import type { Call, Route, Underway } from "../operations/types.ts";
import type { Caller, Change, PlanContext } from "./change.ts";
import {
  compareText,
  delayAt,
  includesAddress,
  type Model,
  sameAddress,
  stateOf,
  ZERO_ADDRESS,
} from "./model.ts";
import { membersWithPower } from "./power.ts";

export interface Lane {
  route: Route;
  /** What is sent: the change's calls, or their scheduling with a manager where the caller is a contract. */
  calls: readonly Call[];
  /** From beginning to execution (seconds). */
  delay: bigint;
  /** When it can begin (seconds since the epoch). */
  notBefore: bigint;
  /** Passes a timelock, where it can be seen and stopped. */
  slow: boolean;
  /** Begins with a key that the policy declares, but has no signer for. */
  away: boolean;
  /** Parts of the state the lane depends on. */
  reads: readonly string[];
  underway?: Underway;
  /** Only schedules the calls with this manager: they are executed by a later step. */
  schedules?: { manager: Address; caller: Address; delay: bigint };
}

const SCHEDULE = parseAbi([
  "function schedule(address target, bytes data, uint48 when) returns (bytes32, uint32)",
  "function execute(address target, bytes data) payable returns (uint32)",
]);

/**
 * The lane a change takes: tightening the fastest; loosening through a timelock where one can do it. Null: none.
 * The context's `now` is when the change would be begun, `execution` when it would be executed.
 */
export function chooseLane(context: PlanContext, change: Change): Lane | null {
  const lanes =
    change.callers === "anyone"
      ? lanesOfAnyone(context, change.calls)
      : change.callers.flatMap((caller) => lanesOfCaller(context, caller, change.calls));
  const slowFirst = change.effect === "loosening" && !context.hurry;
  return lanes.sort((a, b) => compareLanes(a, b, slowFirst))[0] ?? null;
}

/** Every way in which `address` can be made to send these calls. */
export function lanesAs(
  context: PlanContext,
  address: Address,
  calls: readonly Call[],
  seen: readonly Address[] = [],
): Lane[] {
  if (includesAddress(seen, address)) return [];
  if (context.canSign(address)) return [direct(address, calls, false)];
  const state = stateOf(context.model, address);
  if (state?.safe !== undefined) {
    const route: Route = { kind: "safe", safe: address };
    return [{ route, calls, delay: 0n, notBefore: 0n, slow: false, away: false, reads: [] }];
  }
  if (state?.account !== undefined) return lanesOfAccount(context, address, state.account.owner, calls);
  const path = [...seen, address];
  if (state?.timelock !== undefined) return lanesThroughTimelock(context, address, calls, path);
  if (state?.manager !== undefined) return lanesThroughManager(context, address, calls, path);
  return context.isDeclaredKey(address) ? [direct(address, calls, true)] : [];
}

/** The owner's keys sign for it; whoever submits pays. A passkey is always away: its own device signs. */
function lanesOfAccount(context: PlanContext, account: Address, owner: Hex, calls: readonly Call[]): Lane[] {
  const away = !suffices(owner, (key) => context.canSign(key));
  const declared =
    readOwner(owner).kind === "verified"
      ? context.desired.contracts.some((c) => c.account !== undefined && sameAddress(c.address, account))
      : suffices(owner, (key) => context.canSign(key) || context.isDeclaredKey(key));
  if (away && !declared) return [];
  const route: Route = { kind: "account", account };
  const reads = [`${account}/account/owner`];
  return [{ route, calls, delay: 0n, notBefore: 0n, slow: false, away, reads }];
}

function lanesOfAnyone(context: PlanContext, calls: readonly Call[]): Lane[] {
  return context.from === undefined ? [] : [direct(context.from, calls, false)];
}

function lanesOfCaller(context: PlanContext, caller: Caller, calls: readonly Call[]): Lane[] {
  const { manager } = caller;
  // A key schedules at the beginning; a contract comes to the manager when its own lane has ended.
  const time = context.canSign(caller.address) ? context.now : (context.execution ?? context.now);
  const delay = manager?.delays.map((d) => delayAt(d, time)).reduce((a, b) => (b > a ? b : a), 0n) ?? 0n;
  const lanes =
    manager === undefined || delay === 0n
      ? lanesAs(context, caller.address, calls)
      : lanesWithDelay(context, caller.address, { address: manager.address, delay }, calls);
  return lanes.map((lane) => ({
    ...lane,
    notBefore: lane.notBefore > caller.since ? lane.notBefore : caller.since,
    reads: [...lane.reads, caller.source],
  }));
}

/** A manager lets the caller act only on what it scheduled before. */
function lanesWithDelay(
  context: PlanContext,
  from: Address,
  manager: { address: Address; delay: bigint },
  calls: readonly Call[],
): Lane[] {
  const source = `${manager.address}/operations`;
  const scheduled = calls.map((call) =>
    scheduledAtManager(context.model, manager.address, from, call, context.now),
  );
  const ready = scheduled.reduce(
    (latest, s) => (s !== undefined && s.readyAt > latest ? s.readyAt : latest),
    0n,
  );
  const [only] = scheduled;

  if (context.canSign(from)) {
    const route: Route = { kind: "manager", manager: manager.address, from };
    const lane = { route, calls, notBefore: 0n, slow: false, away: false, reads: [source] };
    if (only !== undefined && calls.length === 1) {
      const delay = ready > context.now ? ready - context.now : 0n;
      return [{ ...lane, delay, underway: only }];
    }
    return [{ ...lane, delay: manager.delay }];
  }

  const all = scheduled.every((s) => s !== undefined);
  const wrapped = calls.map((call) => ({
    to: manager.address,
    value: 0n,
    data: all
      ? encodeFunctionData({ abi: SCHEDULE, functionName: "execute", args: [call.to, call.data] })
      : encodeFunctionData({ abi: SCHEDULE, functionName: "schedule", args: [call.to, call.data, 0] }),
  }));
  return lanesAs(context, from, wrapped).map((lane) => ({
    ...lane,
    reads: [...lane.reads, source],
    notBefore: all ? ready : lane.notBefore,
    ...(all ? {} : { schedules: { manager: manager.address, caller: from, delay: manager.delay } }),
  }));
}

function lanesThroughTimelock(
  context: PlanContext,
  timelock: Address,
  calls: readonly Call[],
  seen: readonly Address[],
): Lane[] {
  const state = stateOf(context.model, timelock)?.timelock;
  if (state === undefined) return [];
  const executable =
    includesAddress(state.executors, ZERO_ADDRESS) ||
    state.executors.some((executor) => lanesAs(context, executor, calls, seen).length > 0);
  if (!executable) return [];
  return state.proposers
    .filter((proposer) => !includesAddress(state.suspended, proposer))
    .flatMap((proposer) => lanesAs(context, proposer, calls, seen).map((lane) => ({ proposer, lane })))
    .map(({ proposer, lane }) => ({
      route: { kind: "timelock", timelock, proposer: lane.route } as const,
      calls,
      delay: lane.delay + delayAt(state.delay, context.now),
      notBefore: lane.notBefore,
      slow: true,
      away: lane.away,
      reads: [
        ...lane.reads,
        `${timelock}/timelock/proposers/${proposer}`,
        `${timelock}/timelock/delay`,
        ...state.executors.map((executor) => `${timelock}/timelock/executors/${executor}`),
      ],
    }));
}

/** A manager that owns a contract calls it for whoever holds the role of that function. */
function lanesThroughManager(
  context: PlanContext,
  manager: Address,
  calls: readonly Call[],
  seen: readonly Address[],
): Lane[] {
  const state = stateOf(context.model, manager)?.manager;
  const [call, ...more] = calls;
  if (state === undefined || call === undefined || more.length > 0) return [];
  const target = state.targets.find((t) => sameAddress(t.address, call.to));
  if (target?.closed === true) return [];
  const role = target?.functions.find((f) => f.selector === call.data.slice(0, 10))?.role ?? 0n;
  const execute: Call = {
    to: manager,
    value: 0n,
    data: encodeFunctionData({ abi: SCHEDULE, functionName: "execute", args: [call.to, call.data] }),
  };
  return membersWithPower(state, role, context.now).flatMap((member) => {
    const delay = delayAt(member.delay, context.now);
    if (delay > 0n) {
      if (!context.canSign(member.account)) return [];
      const route: Route = { kind: "manager", manager, from: member.account };
      const reads = [`${manager}/roles/${role}/members/${member.account}`];
      return [{ route, calls, delay, notBefore: member.since, slow: false, away: false, reads }];
    }
    return lanesAs(context, member.account, [execute], seen).map((lane) => ({
      ...lane,
      notBefore: lane.notBefore > member.since ? lane.notBefore : member.since,
      reads: [...lane.reads, `${manager}/roles/${role}/members/${member.account}`],
    }));
  });
}

function scheduledAtManager(
  model: Model,
  manager: Address,
  caller: Address,
  call: Call,
  now: bigint,
): Underway | undefined {
  const found = stateOf(model, manager)?.manager?.operations.find(
    (o) =>
      sameAddress(o.caller, caller) &&
      sameAddress(o.target, call.to) &&
      o.data.toLowerCase() === call.data.toLowerCase() &&
      o.value === call.value &&
      o.expiresAt > now,
  );
  return found && { id: found.id, salt: found.salt, readyAt: found.readyAt, expiresAt: found.expiresAt };
}

function direct(from: Address, calls: readonly Call[], away: boolean): Lane {
  return { route: { kind: "direct", from }, calls, delay: 0n, notBefore: 0n, slow: false, away, reads: [] };
}

function compareLanes(a: Lane, b: Lane, slowFirst: boolean): number {
  if (a.away !== b.away) return a.away ? 1 : -1;
  if (slowFirst && a.slow !== b.slow) return a.slow ? -1 : 1;
  const [costA, costB] = [a.delay + a.notBefore, b.delay + b.notBefore];
  if (costA !== costB) return costA < costB ? -1 : 1;
  return compareText(routeKey(a.route), routeKey(b.route));
}

const ORDER: Readonly<Record<Route["kind"], number>> = {
  direct: 0,
  account: 1,
  manager: 1,
  safe: 2,
  timelock: 3,
};

/** Equal for equal routes; cheaper routes sort first. */
export function routeKey(route: Route): string {
  const rank = ORDER[route.kind];
  switch (route.kind) {
    case "direct":
      return `${rank}:${route.from.toLowerCase()}`;
    case "manager":
      return `${rank}:${route.manager.toLowerCase()}:${route.from.toLowerCase()}`;
    case "account":
      return `${rank}:account:${route.account.toLowerCase()}`;
    case "safe":
      return `${rank}:${route.safe.toLowerCase()}`;
    case "timelock":
      return `${rank}:${route.timelock.toLowerCase()}:${routeKey(route.proposer)}`;
  }
}
