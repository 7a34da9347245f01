import { type Lint, timelocksOf } from "../types.ts";

const SHORT = 3600n;

export const shortTimelockDelay: Lint = {
  id: "short-timelock-delay",
  severity: "warning",
  production: "error",
  explanation: "A timelock that waits less than an hour leaves nobody the time to look, let alone to veto.",
  find({ desired }) {
    return timelocksOf(desired)
      .filter(({ timelock }) => timelock.delay.current < SHORT)
      .map(({ name, timelock }) => ({
        subject: name,
        message: `${name} waits ${timelock.delay.current} seconds`,
        fix: 'write a delay of a day or more: "2 days"',
      }));
  },
};
