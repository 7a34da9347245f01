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
import type { Change, PlanContext } from "./change.ts";
import { chooseLane } from "./lanes.ts";
import { changeSurface, compareText, copyModel, createModel, type Model, sameAddress } from "./model.ts";
import { proposeChanges } from "./propose.ts";
import { type FormerAddress, findRotations, type KeyProofs } from "./rotation.ts";
import { addToSchedule, type Batch, type Candidate } from "./schedule.ts";
import { toSteps } from "./steps.ts";
import { type FindScheduled, findScheduled } from "./underway.ts";

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
  /** Why, as the operations will say; the policy's name when absent. */
  reason?: string;
}

/** Pure and deterministic: equal inputs, in any order of their lists, give an equal plan. */
export function planChanges(desired: Desired, snapshot: Snapshot, options: PlanOptions): Plan {
  const dry = walk(createContext(desired, snapshot, options), () => undefined);
  const timelockCalls = dry.batches.flatMap((batch) =>
    batch.items.flatMap(({ lane }) => {
      const { route } = lane;
      return route.kind === "timelock" ? lane.calls.map((call) => ({ timelock: route.timelock, call })) : [];
    }),
  );
  const context = createContext(desired, snapshot, options);
  const { waits } = proposeChanges(context);
  const { batches, left } = walk(context, findScheduled(snapshot, timelockCalls));

  const reason = options.reason ?? `Bring the chain to the policy ${desired.policyName}`;
  return {
    chainId: desired.chainId,
    steps: toSteps(batches, { chainId: desired.chainId, reason }),
    waits,
    findings: left.map((change) => explain(context, change)),
  };
}

/** Takes changes one after the other, and moves the context's model along. */
function walk(context: PlanContext, scheduled: FindScheduled): { batches: Batch[]; left: Change[] } {
  const batches: Batch[] = [];
  for (let turn = 0; ; turn++) {
    const { changes } = proposeChanges(context);
    const next = takeNext(context, changes);
    if (next === null) return { batches, left: changes };
    if (turn > MOST_TURNS)
      throw new Error(`a plan of more than ${MOST_TURNS} changes does not end: ${next.change.path}`);
    const underway = next.lane.underway ?? scheduled(next.lane.route, next.lane.calls);
    const candidate = underway === undefined ? next : { ...next, underway };
    const { done } = addToSchedule(batches, candidate, context.now);
    applyChange(context.model, candidate, done);
  }
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
    rotations,
    proofs: options.proofs ?? [],
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

function takeNext(context: PlanContext, changes: readonly Change[]): Candidate | null {
  const stranded = strandedPaths(context, changes);
  for (const change of changes) {
    if (change.impossible !== undefined || change.blocked !== undefined) continue;
    const lane = chooseLane(context, change);
    if (lane === null) continue;
    const trial = { ...context, model: copyModel(context.model) };
    applyChange(trial.model, { change, lane }, context.now);
    const after = strandedPaths(trial, proposeChanges(trial).changes);
    if ([...after].every((path) => stranded.has(path))) return { change, lane };
  }
  return null;
}

/** What nobody could do in this state, whatever the order. */
function strandedPaths(context: PlanContext, changes: readonly Change[]): Set<string> {
  return new Set(
    changes
      .filter(
        (change) =>
          change.impossible === undefined && change.calls.length > 0 && chooseLane(context, change) === null,
      )
      .map((change) => change.path),
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
