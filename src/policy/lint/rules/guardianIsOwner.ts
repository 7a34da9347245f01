import { guardedAccounts } from "../guardians.ts";
import type { Lint } from "../types.ts";

export const guardianIsOwner: Lint = {
  id: "guardian-is-owner",
  severity: "warning",
  production: "error",
  explanation:
    "Who lost the owner's key has likely lost the guardian's too, and who stole the one may have the other.",
  find(context) {
    return guardedAccounts(context).flatMap(({ name, guardians, owners }) =>
      guardians
        .filter(({ parties }) => parties.size === 1 && [...parties].some((party) => owners.has(party)))
        .map((guardian) => ({
          subject: name,
          message: `${guardian.name} guards ${name}, and is its owner`,
          fix: "name somebody else",
        })),
    );
  },
};
