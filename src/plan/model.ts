/**
 * The state a plan walks through: the snapshot, changed step by step. States are replaced, never written into, so a
 * copy of the model costs one map.
 */
import type { Address } from "viem";
import type { ContractState, DelayState, GrantState, Snapshot } from "../snapshot/types.ts";

export interface Model {
  readonly contracts: Map<string, ContractState>;
}

export function createModel(snapshot: Snapshot): Model {
  return { contracts: new Map(snapshot.contracts.map((state) => [state.address.toLowerCase(), state])) };
}

export function copyModel(model: Model): Model {
  return { contracts: new Map(model.contracts) };
}

export function stateOf(model: Model, address: Address): ContractState | undefined {
  return model.contracts.get(address.toLowerCase());
}

/** Replaces one surface of one contract; nothing happens where the contract does not have it. */
export function changeSurface<K extends Exclude<keyof ContractState, "address" | "codehash">>(
  model: Model,
  address: Address,
  surface: K,
  change: (state: NonNullable<ContractState[K]>) => NonNullable<ContractState[K]>,
): void {
  const state = stateOf(model, address);
  const before = state?.[surface];
  if (state === undefined || before === undefined) return;
  model.contracts.set(address.toLowerCase(), {
    ...state,
    [surface]: change(before as NonNullable<ContractState[K]>),
  });
}

export const sameAddress = (a: Address, b: Address): boolean => a.toLowerCase() === b.toLowerCase();

export const includesAddress = (list: readonly Address[], address: Address): boolean =>
  list.some((other) => sameAddress(other, address));

export const compareAddresses = (a: Address, b: Address): number =>
  compareText(a.toLowerCase(), b.toLowerCase());

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const withAddress = (list: readonly Address[], address: Address): Address[] =>
  includesAddress(list, address) ? [...list] : [...list, address].sort(compareAddresses);

export const withoutAddress = (list: readonly Address[], address: Address): Address[] =>
  list.filter((other) => !sameAddress(other, address));

/** The delay once every pending change of it has taken effect (seconds). */
export const settledDelay = (delay: DelayState): bigint =>
  delay.effect === 0n ? delay.current : delay.pending;

/** The delay that rules at a time (seconds). */
export const delayAt = (delay: DelayState, time: bigint): bigint =>
  delay.effect !== 0n && delay.effect <= time ? delay.pending : delay.current;

export const settled = (seconds: bigint): DelayState => ({ current: seconds, pending: seconds, effect: 0n });

/** A change of a delay that begins to rule at `effect` (seconds since the epoch). */
export const changedDelay = (before: DelayState, seconds: bigint, at: bigint, effect: bigint): DelayState =>
  effect <= at ? settled(seconds) : { current: delayAt(before, at), pending: seconds, effect };

/** Expired, at a time in seconds since the epoch: it gives no power any more. */
export const isExpired = (grant: GrantState, time: bigint): boolean =>
  grant.until !== 0n && grant.until <= time && grant.pendingUntil === undefined;

export const ZERO_ADDRESS: Address = "0x0000000000000000000000000000000000000000";
