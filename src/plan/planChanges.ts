/**
 * Desired minus observed: the ordered operations that turn the one into the other.
 *
 * The plan is walked, not sorted: at each step the planners are asked what differs in the state reached so far, and the
 * first change is taken that can be sent in that state, whose own order allows it, and after which nothing that is
 * still to be done has lost its last way. Tightening comes first, hand-overs last. So each prefix of a plan is a state
 * with an admin, whatever the plan was interrupted by.
 */
import type { Address } from "viem";
import type { Plan, PlanFinding } from "../operations/types.ts";
import type { Desired } from "../policy/desired.ts";
import type { Snapshot } from "../snapshot/types.ts";
import type { Change, PlanContext, Wait } from "./change.ts";
import type { CheckedImplementation } from "./checkedImplementation.ts";
import { chooseLane } from "./lanes.ts";
import { changeSurface, compareText, copyModel, createModel, type Model, sameAddress } from "./model.ts";
import { proposeChanges } from "./propose.ts";
import { type FormerAddress, findRotations, type KeyProofs } from "./rotation.ts";
import { type Batch, type Candidate, findPlace, type Place, putInto } from "./schedule.ts";
import { toSteps } from "./steps.ts";
import { type FindScheduled, findScheduled, type TimelockCall } from "./underway.ts";

/** A plan that takes more is a planner that does not converge: a defect, not a big policy. */
const MOST_TURNS = 20_000;

export interface PlanOptions {
  /** Time of the plan, seconds since the epoch: that of the snapshot's block, or later. */
  now: bigint;
  /** The account that sends what needs no power; the policy's first signer when absent. */
  from?: Address;
  /** Addresses that names of the policy had before, so that a changed key is seen as a rotation. */
  former?: readonly FormerAddress[];
  /** Proofs of keys that are to be bound. */
  proofs?: KeyProofs;
  /** Code that the policy names for proxies, with what a check of it said; a plan installs no other. */
  implementations?: readonly CheckedImplementation[];
  /**
   * Loosening takes the fastest lane too, where it otherwise goes through a timelock: for contracts that were deployed
   * a moment ago, on which nobody relies yet.
   */
  hurry?: boolean;
  /** Why, as the operations will say; the policy's name when absent. */
  reason?: string;
}

/** Pure and deterministic: equal inputs, in any order of their lists, give an equal plan. */
export function planChanges(desired: Desired, snapshot: Snapshot, options: PlanOptions): Plan {
  const start = () => createContext(desired, snapshot, options);
  const pending = snapshot.contracts.some((contract) => (contract.timelock?.operations.length ?? 0) > 0);
  // What the plan would send decides which of the operations under way are its own.
  const own = pending ? timelockCalls(walk(start(), () => undefined).batches) : [];
  const { waits, batches, left, context } = walk(start(), findScheduled(snapshot, own));
  const reason = options.reason ?? `Bring the chain to the policy ${desired.policyName}`;
  return {
    chainId: desired.chainId,
    steps: toSteps(batches, { chainId: desired.chainId, reason }),
    waits,
    findings: left.map((change) => explain(context, change)),
  };
}

interface Walk {
  batches: Batch[];
  /** What time alone will finish, as it was at the start. */
  waits: Wait[];
  /** What could not be taken. */
  left: Change[];
  /** The context with the state that was reached. */
  context: PlanContext;
}

/** Takes changes one after the other, each in the state that those before it have led to. */
function walk(start: PlanContext, scheduled: FindScheduled): Walk {
  const batches: Batch[] = [];
  const { waits, changes } = proposeChanges(start);
  let here = stateAt(start, changes);
  for (let turn = 0; ; turn++) {
    const next = takeNext(here, batches, scheduled);
    if (next === null) return { batches, waits, left: here.changes, context: here.context };
    if (turn > MOST_TURNS) throw new Error(`the plan does not end: ${next.candidate.change.path}`);
    putInto(batches, next.place, next.candidate);
    here = next.reached;
  }
}

interface Standing {
  context: PlanContext;
  changes: Change[];
  /** Differences that nobody can repair in this state, whatever the order. */
  stranded: ReadonlySet<string>;
}

function stateAt(context: PlanContext, changes: Change[]): Standing {
  const stranded = changes.filter(
    (change) =>
      change.impossible === undefined && change.calls.length > 0 && chooseLane(context, change) === null,
  );
  return { context, changes, stranded: new Set(stranded.map((change) => change.path)) };
}

/** The first change that can be sent, and after which nothing else has lost its last way. */
function takeNext(
  here: Standing,
  batches: readonly Batch[],
  scheduled: FindScheduled,
): { candidate: Candidate; place: Place; reached: Standing } | null {
  for (const change of here.changes) {
    if (change.impossible !== undefined || change.blocked !== undefined) continue;
    const found = placeChange(here.context, batches, scheduled, change);
    if (found === null) continue;
    const { candidate, place } = found;
    const context = { ...here.context, model: copyModel(here.context.model) };
    applyChange(context.model, candidate, place.done);
    const reached = stateAt(context, proposeChanges(context).changes);
    if ([...reached.stranded].every((path) => here.stranded.has(path))) return { candidate, place, reached };
  }
  return null;
}

/** The lane depends on when the change can begin, which depends on the lane: delays may be other ones by then. */
function placeChange(
  context: PlanContext,
  batches: readonly Batch[],
  scheduled: FindScheduled,
  change: Change,
): { candidate: Candidate; place: Place } | null {
  let [now, execution] = [context.now, context.now];
  let latest = context.now;
  for (let turn = 0; ; turn++) {
    const chosen = chooseLane({ ...context, now, execution }, change);
    if (chosen === null) return null;
    // Where a delay falls on the way, the lane with it and the lane without it send each other back and forth: the
    // later of the two times is one at which the shorter way is open.
    const lane = turn < 2 || chosen.notBefore >= latest ? chosen : { ...chosen, notBefore: latest };
    const underway = lane.underway ?? scheduled(lane.route, lane.calls);
    const candidate: Candidate = { change, lane, ...(underway === undefined ? {} : { underway }) };
    // Where joining a batch changes the very delay that let it join, it stands alone.
    const place = findPlace(batches, candidate, context.now, turn < 2);
    if ((place.begin === now && place.done === execution) || turn === 8) return { candidate, place };
    [now, execution] = [place.begin, place.done];
    if (now > latest) latest = now;
  }
}

function timelockCalls(batches: readonly Batch[]): TimelockCall[] {
  return batches.flatMap((batch) =>
    batch.items.flatMap(({ lane }) => {
      const { route } = lane;
      return route.kind === "timelock" ? lane.calls.map((call) => ({ timelock: route.timelock, call })) : [];
    }),
  );
}

/** What the planners need, with a model that is the snapshot. */
export function createContext(desired: Desired, snapshot: Snapshot, options: PlanOptions): PlanContext {
  const model = createModel(snapshot);
  const signers = desired.signers.map((signer) => signer.address);
  const from = options.from ?? signers[0];
  const names = new Map(desired.book.entries.map((entry) => [entry.address.toLowerCase(), entry.name]));
  const former = options.former ?? [];
  const rotations = findRotations(desired, model, former).filter((rotation) =>
    isProvable(rotation, model, options.proofs ?? []),
  );
  const oldNames = new Map(former.map((f) => [f.address.toLowerCase(), `${f.name} (old key)`]));
  const nameOf = (address: Address) =>
    names.get(address.toLowerCase()) ?? oldNames.get(address.toLowerCase()) ?? address;
  return {
    desired,
    model,
    now: options.now,
    nameOf,
    isKnown: (address) =>
      nameOf(address) !== address || rotations.some((r) => sameAddress(r.previous, address)),
    isDeclaredKey: (address) =>
      desired.principals.some((p) => p.kind === "key" && sameAddress(p.address, address)),
    canSign: (address) =>
      [...signers, ...(from === undefined ? [] : [from])].some((s) => sameAddress(s, address)),
    ...(from === undefined ? {} : { from }),
    hurry: options.hurry === true,
    rotations,
    proofs: options.proofs ?? [],
    implementations: options.implementations ?? [],
  };
}

/** A rotation is asked for with the new key's proof, unless that key is bound already. */
function isProvable(
  rotation: ReturnType<typeof findRotations>[number],
  model: Model,
  proofs: KeyProofs,
): boolean {
  const state = model.contracts.get(rotation.manager.toLowerCase())?.manager;
  return (
    proofs.some(
      (p) => sameAddress(p.manager, rotation.manager) && sameAddress(p.proof.account, rotation.next),
    ) ||
    state?.bindings.some((b) => sameAddress(b.account, rotation.next) && b.status === "valid") === true ||
    state?.rotations?.some((r) => sameAddress(r.previous, rotation.previous)) === true
  );
}

function applyChange(model: Model, { change, lane }: Candidate, at: bigint): void {
  if (lane.schedules === undefined) {
    change.apply(model, at);
    return;
  }
  const { manager, caller, delay } = lane.schedules;
  changeSurface(model, manager, "manager", (state) => ({
    ...state,
    operations: [
      ...state.operations,
      ...change.calls.map((call) => ({
        id: `0x${"00".repeat(32)}` as const,
        nonce: 0,
        caller,
        target: call.to,
        data: call.data,
        value: call.value,
        salt: `0x${"00".repeat(32)}` as const,
        readyAt: at + delay,
        expiresAt: at + delay + 604_800n,
      })),
    ],
  }));
}

function explain(context: PlanContext, change: Change): PlanFinding {
  const say = (why: string, hint: string) => ({
    path: change.path,
    message: `cannot be repaired by Portcullis: ${why}`,
    hint,
  });
  if (change.impossible !== undefined) return say(change.impossible.why, change.impossible.hint);
  const holders = change.callers === "anyone" ? [] : change.callers.map((c) => context.nameOf(c.address));
  const who = [...new Set(holders)].sort(compareText).join(", ");
  if (chooseLane(context, change) === null) {
    return holders.length === 0
      ? say(
          `nobody holds the power to do it: ${change.title}`,
          "recover the contract by other means, or take it out of the policy",
        )
      : say(
          `only ${who} can do it (${change.title}), and the policy has no signer for it`,
          "add the signer to the policy, or propose it from where that key is",
        );
  }
  if (change.blocked !== undefined)
    return say(`${change.title}: ${change.blocked}`, "repair what this one waits for");
  return say(
    `${change.title} would leave nobody who could do the rest of the plan`,
    "name in the policy who is to hold the power that is given up",
  );
}
