import { type Lint, safesOf } from "../types.ts";

export const safeThresholdOne: Lint = {
  id: "safe-threshold-one",
  severity: "error",
  explanation: "A Safe that one owner can use is a key with several copies: each owner more makes it weaker.",
  find({ desired }) {
    return safesOf(desired)
      .filter(({ safe }) => safe.threshold === 1)
      .map(({ name, safe }) => ({
        subject: name,
        message: `any one of the ${safe.owners.length} owners of ${name} acts alone`,
        fix: "write a threshold of 2 or more",
      }));
  },
};
