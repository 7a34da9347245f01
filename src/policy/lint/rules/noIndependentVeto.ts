import { type Lint, timelocksOf } from "../types.ts";

export const noIndependentVeto: Lint = {
  id: "no-independent-veto",
  severity: "warning",
  production: "error",
  explanation:
    "Time to look is worth nothing if all who could cancel an operation are those who proposed it.",
  find({ desired, power }) {
    return timelocksOf(desired).flatMap(({ name, timelock }) => {
      const proposers = new Set(timelock.proposers.flatMap((address) => [...power.partiesOf(address)]));
      const vetoers = [...timelock.guardians, ...timelock.cancellers];
      const independent = vetoers.some((address) =>
        [...power.partiesOf(address)].some((party) => !proposers.has(party)),
      );
      if (independent) return [];
      return {
        subject: name,
        message:
          vetoers.length === 0
            ? `nobody can cancel what ${name} holds`
            : `only the proposers themselves can cancel what ${name} holds`,
        fix: "name guardians (or, on a plain TimelockController, cancellers) who propose nothing",
      };
    });
  },
};
