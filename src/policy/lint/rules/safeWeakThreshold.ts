import { type Lint, safesOf } from "../types.ts";

export const safeWeakThreshold: Lint = {
  id: "safe-weak-threshold",
  severity: "warning",
  explanation:
    "Half of the owners or fewer can act against the others. Harmony's bridge fell with 2 keys of 5.",
  find({ desired }) {
    return safesOf(desired)
      .filter(({ safe }) => safe.threshold > 1 && safe.threshold * 2 <= safe.owners.length)
      .map(({ name, safe }) => ({
        subject: name,
        message: `${name} acts with ${safe.threshold} of ${safe.owners.length}`,
        fix: `write a threshold of ${Math.floor(safe.owners.length / 2) + 1} or more`,
      }));
  },
};
