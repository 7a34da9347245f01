import { guardedAccounts } from "../guardians.ts";
import type { Lint } from "../types.ts";

export const guardianAlone: Lint = {
  id: "guardian-alone",
  severity: "error",
  explanation:
    "Whoever takes over one guardian takes over the account: recovery is the way in, not the way back.",
  find(context) {
    return guardedAccounts(context).flatMap(({ name, recovery, guardians }) =>
      guardians
        .filter(({ weight }) => weight >= recovery.threshold)
        .map((guardian) => ({
          subject: name,
          message: `${guardian.name} alone recovers ${name}`,
          fix: "raise the threshold above every single weight: 2 of 3",
        })),
    );
  },
};
