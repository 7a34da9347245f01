import { adminSurfaces } from "../surfaces.ts";
import type { Lint } from "../types.ts";

export const undelayedAdmin: Lint = {
  id: "undelayed-admin",
  severity: "warning",
  production: "error",
  explanation:
    "Nobody can react to a change that acts in the block it is decided in. A delay is what makes a veto, and an alarm, worth something.",
  find({ desired, power }) {
    return adminSurfaces(desired).flatMap(({ contract, title, holders }) =>
      holders
        .filter(({ address, delay }) => delay + power.delayOf(address) === 0n)
        .map(({ address }) => ({
          subject: contract,
          message: `${power.nameOf(address)} is ${title} and acts without any delay`,
          fix: "put a timelock in between",
        })),
    );
  },
};
