import { guardedAccounts } from "../guardians.ts";
import type { Lint } from "../types.ts";

export const guardianOnePerson: Lint = {
  id: "guardian-one-person",
  severity: "warning",
  production: "error",
  explanation: "Guardians who are one person count once: the threshold is lower than it looks.",
  find(context) {
    return guardedAccounts(context).flatMap(({ name, recovery, guardians }) => {
      // A guardian with several people behind it needs more than one of them.
      const people = new Map<string, { weight: number; names: string[] }>();
      for (const { parties, weight, name: guardian } of guardians.filter((g) => g.parties.size === 1)) {
        for (const party of parties) {
          const known = people.get(party) ?? { weight: 0, names: [] };
          people.set(party, { weight: known.weight + weight, names: [...known.names, guardian] });
        }
      }
      return [...people]
        .filter(([, { weight, names }]) => names.length > 1 && weight >= recovery.threshold)
        .map(([party, { names }]) => ({
          subject: name,
          message: `${party} recovers ${name} alone, as ${names.sort().join(" and ")}`,
          fix: "name guardians of different people",
        }));
    });
  },
};
