import { type Lint, safesOf } from "../types.ts";

export const sharedSafeOwner: Lint = {
  id: "shared-safe-owner",
  severity: "warning",
  production: "error",
  explanation: "Someone who holds two owner keys counts twice, so the threshold is lower than it looks.",
  find({ desired, power }) {
    return safesOf(desired).flatMap(({ name, safe }) => {
      const keys = new Map<string, string[]>();
      for (const owner of safe.owners) {
        for (const party of power.partiesOf(owner))
          keys.set(party, [...(keys.get(party) ?? []), power.nameOf(owner)]);
      }
      return [...keys]
        .filter(([, owners]) => owners.length > 1)
        .map(([party, owners]) => ({
          subject: name,
          message: `${party} is behind ${owners.length} owners of ${name}: ${owners.sort().join(", ")}`,
          fix: "name one owner per person",
        }));
    });
  },
};
