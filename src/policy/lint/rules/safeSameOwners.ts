import { type Lint, safesOf } from "../types.ts";

export const safeSameOwners: Lint = {
  id: "safe-same-owners",
  severity: "warning",
  explanation: "Two Safes of the same people are one Safe with two addresses: one cannot check the other.",
  find({ desired, power }) {
    const safes = safesOf(desired).map(({ name, address }) => ({
      name,
      people: [...power.partiesOf(address)].sort().join("\n"),
    }));
    return safes.flatMap((safe, i) =>
      safes.slice(i + 1).flatMap((other) =>
        safe.people === other.people
          ? {
              subject: other.name,
              message: `${other.name} has the same owners as ${safe.name}`,
              fix: "name other people, or use one Safe",
            }
          : [],
      ),
    );
  },
};
