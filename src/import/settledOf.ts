import type { DelayState } from "../snapshot/types.ts";

/** A delay as it will be: a policy says what lasts. Seconds. */
export const settledOf = (delay: DelayState): bigint => (delay.effect === 0n ? delay.current : delay.pending);
