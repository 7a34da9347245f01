/** The system's time, for what takes a clock as a parameter. */
import { setTimeout } from "node:timers/promises";
import type { Clock } from "../transactions/types.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await setTimeout(milliseconds);
  },
};
