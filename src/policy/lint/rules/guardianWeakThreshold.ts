import { guardedAccounts } from "../guardians.ts";
import type { Lint } from "../types.ts";

export const guardianWeakThreshold: Lint = {
  id: "guardian-weak-threshold",
  severity: "warning",
  explanation: "Half of the guardians' weight or less can take the account over against the others.",
  find(context) {
    return guardedAccounts(context).flatMap(({ name, recovery: { threshold }, guardians }) => {
      const total = guardians.reduce((sum, { weight }) => sum + weight, 0);
      if (threshold * 2 > total) return [];
      return [
        {
          subject: name,
          message: `${name} is recovered with ${threshold} of ${total}`,
          fix: `write a threshold of ${Math.floor(total / 2) + 1} or more`,
        },
      ];
    });
  },
};
