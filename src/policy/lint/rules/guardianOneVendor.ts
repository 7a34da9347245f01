import { guardedAccounts } from "../guardians.ts";
import type { Lint } from "../types.ts";

export const guardianOneVendor: Lint = {
  id: "guardian-one-vendor",
  severity: "note",
  production: "warning",
  explanation:
    "Keys that one vendor keeps fall together, or are lost together. Recovery is for the day that happens.",
  find(context) {
    return guardedAccounts(context).flatMap(({ name, recovery, guardians }) => {
      const weights = new Map<string, number>();
      for (const { provider, weight } of guardians)
        if (provider !== undefined && provider !== "development")
          weights.set(provider, (weights.get(provider) ?? 0) + weight);
      return [...weights]
        .filter(([, weight]) => guardians.length > 1 && weight >= recovery.threshold)
        .map(([provider]) => ({
          subject: name,
          message: `guardians whose keys are in ${provider} recover ${name} without the others`,
          fix: "keep the guardians' keys in different places",
        }));
    });
  },
};
