import { upgradeSurfaces } from "../surfaces.ts";
import type { Lint } from "../types.ts";

export const singleKeyUpgrade: Lint = {
  id: "single-key-upgrade",
  severity: "error",
  explanation:
    "Whoever replaces the code can do everything the contract can. One stolen, lost or coerced key is then enough to take it all.",
  find({ desired, power }) {
    return upgradeSurfaces(desired).flatMap(({ contract, title, holders }) =>
      holders.flatMap(({ address }) =>
        power.soleParties(address).map((party) => ({
          subject: contract,
          message: `${power.describe(party)} alone can upgrade ${contract}: ${title}, held by ${power.nameOf(address)}`,
          fix: "give it to a timelock whose proposer is a Safe with a threshold of 2 or more",
        })),
      ),
    );
  },
};
