import { type Lint, timelocksOf } from "../types.ts";

export const soleVeto: Lint = {
  id: "sole-veto",
  severity: "warning",
  explanation:
    "Nobody can veto its own removal. Where one member holds the only veto that is not the proposers' own, stolen proposers remove it first, and then nobody stops them.",
  find({ desired }) {
    return timelocksOf(desired).flatMap(({ name, timelock }) => {
      // A plain TimelockController lets a canceller cancel its own removal, for ever.
      if (timelock.flavour !== "portcullis") return [];
      const vetoers = new Set([...timelock.guardians, ...timelock.cancellers]);
      for (const proposer of timelock.proposers) vetoers.delete(proposer);
      const [only, another] = vetoers;
      if (only === undefined || another !== undefined) return [];
      const holder = desired.principals.find((p) => p.address === only)?.name ?? only;
      return {
        subject: name,
        message: `${holder} alone can stop what the proposers of ${name} schedule, but not its own removal`,
        fix: "name a second guardian or canceller that does not propose",
      };
    });
  },
};
