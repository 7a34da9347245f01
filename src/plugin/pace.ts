/** How patiently a network is watched. Milliseconds; confirmations count the including block. */
import type { Tier } from "../policy/desired.ts";
import type { Finality } from "../transactions/release.ts";

export interface Pace {
  finality: Finality;
  confirmations: number;
  poll: number;
  timeout: number;
  stuckAfter?: number;
}

/** On public networks two blocks are waited for, and what is not included in three minutes pays more. */
export function paceOf(tier: Tier, embedded: boolean): Pace {
  if (embedded) return { finality: "confirmed", confirmations: 1, poll: 10, timeout: 30_000 };
  if (tier === "development") return { finality: "confirmed", confirmations: 1, poll: 50, timeout: 60_000 };
  return { finality: "finalized", confirmations: 2, poll: 2_000, timeout: 900_000, stuckAfter: 180_000 };
}
