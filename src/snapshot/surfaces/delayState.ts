import type { DelayState } from "../types.ts";

/** A delay with nothing pending. */
export function settledDelay(seconds: bigint | number): DelayState {
  return { current: BigInt(seconds), pending: BigInt(seconds), effect: 0n };
}

/**
 * OpenZeppelin's `Time.Delay`: effect (48 bits), value before (32 bits), value after (32 bits).
 * @param now seconds
 */
export function unpackDelay(packed: bigint, now: bigint): DelayState {
  const after = packed & 0xffffffffn;
  const before = (packed >> 32n) & 0xffffffffn;
  const effect = (packed >> 64n) & 0xffffffffffffn;
  return effect > now ? { current: before, pending: after, effect } : settledDelay(after);
}
