/** From what a simulation saw to what people are told of it. */
import { type Address, getAddress, type Hash } from "viem";
import type { ContractState } from "../../snapshot/types.ts";
import { checkBound, compareReadings, type InvariantReading } from "../simulate/invariants.ts";
import type { SimulationRequest } from "../simulate/simulate.ts";
import type { Observation, RawFrame, Simulator, StateChange } from "../simulate/types.ts";
import { diffAdminState } from "./adminState.ts";
import { describeFrame, flattenFrames, keptFrames, operationFrames } from "./callTree.ts";
import { canonicalEffects } from "./canonicalEffects.ts";
import { allowances, etherFlows, TOKEN_EVENTS, tokenFlows } from "./flows.ts";
import { abiOf, eventText, revertText } from "./names.ts";
import { slotAdminChanges } from "./slots.ts";
import type { AdminChange, EffectReport } from "./types.ts";

/** One look at the simulated chain. */
export interface Seen {
  contracts: readonly ContractState[];
  codehashes: ReadonlyMap<Address, Hash | null>;
  /** In the request's order; none where the operation fails. */
  invariants: readonly InvariantReading[];
}

export function reportEffects(
  simulator: Simulator,
  { chainId, book, origin, bounds = [], invariants = [], transactions }: SimulationRequest,
  { executed, failedSetup, changes, before, after }: Observation<Seen>,
): EffectReport {
  const ownImplementation = origin ? implementationOf(before.contracts, origin) : undefined;
  const frames = operationFrames(
    executed.map(({ frame }) => frame),
    origin,
    ownImplementation,
  );
  const codehashes = new Map(
    [...after.codehashes].map(([address, hash]) => [address, before.codehashes.get(address) ?? hash]),
  );
  const logs = executed.flatMap((item) => (item.success ? item.logs : []));
  const failure = executed.find(({ success }) => !success)?.output ?? failedSetup?.output;
  const flows = [...etherFlows(frames), ...tokenFlows(logs)];
  const uncommitted = {
    chainId,
    simulator: { kind: simulator.kind, proved: simulator.proved },
    block: simulator.block,
    time: transactions.at(-1)?.time ?? simulator.block.timestamp,
    success: failure === undefined,
    ...(failure === undefined
      ? {}
      : { reason: `${failedSetup ? "before it could run: " : ""}${revertText(failure, book)}` }),
    gasUsed: executed.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    calls: frames.map((frame) => describeFrame(frame, codehashes, book)),
    logs: logs.map((log) => {
      const event = eventText(log, [abiOf(log.address, book), TOKEN_EVENTS], book);
      return { ...log, ...(event ? { event } : {}) };
    }),
    changes,
    flows,
    allowances: allowances(logs),
    admin: mergeAdmin(
      diffAdminState(before.contracts, after.contracts),
      slotAdminChanges(changes, before.contracts),
    ),
    created: createdCode(changes, frames, after.codehashes),
    delegatecalls: foreignDelegatecalls(frames, before.contracts, codehashes),
    invariants: invariants.flatMap((invariant, index) => {
      const [was, is] = [before.invariants[index], after.invariants[index]];
      return was && is ? [compareReadings(invariant, was, is)] : [];
    }),
    bounds: bounds.map((bound) => checkBound(bound, flows)),
  };
  return { ...uncommitted, canonical: canonicalEffects(uncommitted) };
}

/** A slot is the last word: a contract that was overwritten may no longer be readable as what it was. */
function mergeAdmin(read: readonly AdminChange[], slots: readonly AdminChange[]): AdminChange[] {
  const told = new Set(slots.map(({ contract, path }) => `${contract} ${path}`));
  return [...slots, ...read.filter(({ contract, path }) => !told.has(`${contract} ${path}`))];
}

function implementationOf(states: readonly ContractState[], address: Address): Address | undefined {
  const state = states.find((item) => item.address === getAddress(address));
  return state?.safe?.singleton ?? state?.proxy?.implementation;
}

function createdCode(
  changes: readonly StateChange[],
  frames: readonly RawFrame[],
  codehashes: ReadonlyMap<Address, Hash | null>,
): EffectReport["created"] {
  const all = flattenFrames(frames);
  return changes.flatMap(({ address, code }) => {
    const codehash = codehashes.get(address);
    if (!code || !codehash) return [];
    const creation = all.find(({ type, to }) => type.startsWith("CREATE") && to === address);
    return [{ address, codehash, by: creation?.from ?? address }];
  });
}

/** Delegatecalls are ordinary for proxies into their own code; out of what holds power into other code they are not. */
function foreignDelegatecalls(
  frames: readonly RawFrame[],
  before: readonly ContractState[],
  codehashes: ReadonlyMap<Address, Hash | null>,
): EffectReport["delegatecalls"] {
  const seen = new Map<string, EffectReport["delegatecalls"][number]>();
  for (const { type, from, to } of keptFrames(frames)) {
    if ((type !== "DELEGATECALL" && type !== "CALLCODE") || !to) continue;
    const state = before.find(({ address }) => address === from);
    const admin = state?.safe ?? state?.timelock ?? state?.manager ?? state?.delegate;
    if (!admin || implementationOf(before, from) === to || state?.delegate === to) continue;
    seen.set(`${from} ${to}`, { from, to, codehash: codehashes.get(to) ?? null });
  }
  return [...seen.values()];
}
