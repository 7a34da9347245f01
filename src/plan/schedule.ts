/**
 * Changes in the order in which they were taken become operations. What goes the same way with the same effect is one
 * operation, as far as its dependencies allow; so a plan waits for a timelock once, not once per call.
 */
import type { Call, Underway } from "../operations/types.ts";
import type { Change } from "./change.ts";
import { type Lane, routeKey } from "./lanes.ts";

/** A change that can be sent in the state reached so far, and how. */
export interface Candidate {
  change: Change;
  lane: Lane;
  /** Already scheduled on the chain: `calls` are all of that operation, in its order. */
  underway?: Underway & { calls?: readonly Call[] };
}

export interface Batch {
  key: string;
  items: Candidate[];
  /** Indices of batches that must have been executed before. */
  after: Set<number>;
  /** When it can be begun, and when it is executed (seconds since the epoch). */
  begin: bigint;
  done: bigint;
}

/** Calls of one operation: a transaction must stay well below EIP-7825's 16.78M gas. */
const MOST_CALLS = 40;

/** Where a change goes in a schedule: into a batch, or (`joins` absent) after all there is, as a batch of its own. */
export interface Place {
  joins?: number;
  key: string;
  after: Set<number>;
  begin: bigint;
  done: bigint;
}

export function findPlace(
  batches: readonly Batch[],
  candidate: Candidate,
  now: bigint,
  mayJoin = true,
): Place {
  const { change, lane, underway } = candidate;
  const depends = batches.flatMap((batch, index) =>
    batch.items.some((i) => conflicts(i, candidate)) ? [index] : [],
  );
  const last = Math.max(-1, ...depends);
  const key = batchKey(candidate, batches.length);

  const joins = batches.findIndex(
    (batch, index) =>
      mayJoin &&
      index >= last &&
      batch.key === key &&
      batch.items.length < MOST_CALLS &&
      lane.notBefore <= batch.begin &&
      (change.notBefore ?? 0n) <= batch.done &&
      depends.every((before) => before === index || (batches[before]?.done ?? 0n) <= batch.begin),
  );
  const joined = batches[joins];
  if (joined !== undefined) {
    const after = new Set([...joined.after, ...depends.filter((before) => before !== joins)]);
    return { joins, key, after, begin: joined.begin, done: joined.done };
  }
  const begin = latest([
    now,
    change.notBefore ?? 0n,
    lane.notBefore,
    ...depends.map((i) => batches[i]?.done ?? 0n),
  ]);
  const done = latest([begin, underway?.readyAt ?? begin + lane.delay]);
  return { key, after: new Set(depends), begin, done };
}

export function putInto(batches: Batch[], { joins, ...batch }: Place, candidate: Candidate): void {
  const joined = joins === undefined ? undefined : batches[joins];
  if (joined === undefined) batches.push({ ...batch, items: [candidate] });
  else {
    joined.items.push(candidate);
    joined.after = batch.after;
  }
}

const latest = (times: readonly bigint[]): bigint => times.reduce((a, b) => (b > a ? b : a), 0n);

/** Keys that send single transactions, and managers, take one change each. */
function batchKey({ change, lane, underway }: Candidate, fresh: number): string {
  if (underway !== undefined) return `underway:${underway.id}:${routeKey(lane.route)}`;
  if (lane.route.kind === "direct" || lane.route.kind === "manager") return `single:${fresh}`;
  return [
    routeKey(lane.route),
    change.effect,
    change.group ?? "",
    lane.schedules === undefined ? "" : "schedule",
  ].join("|");
}

/** One writes what the other reads or writes. */
function conflicts(earlier: Candidate, later: Candidate): boolean {
  const parts = ({ change, lane }: Candidate) => [change.writes, ...change.reads, ...lane.reads];
  return touches(earlier.change.writes, parts(later)) || touches(later.change.writes, parts(earlier));
}

const touches = (written: string, parts: readonly string[]): boolean =>
  parts.some((part) => part === written || part.startsWith(`${written}/`) || written.startsWith(`${part}/`));
