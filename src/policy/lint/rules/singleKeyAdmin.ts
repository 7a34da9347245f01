import { adminSurfaces } from "../surfaces.ts";
import type { Lint } from "../types.ts";

export const singleKeyAdmin: Lint = {
  id: "single-key-admin",
  severity: "error",
  explanation:
    "Whoever administers can give itself every right. One stolen, lost or coerced key is then enough.",
  find({ desired, power }) {
    return adminSurfaces(desired).flatMap(({ contract, title, holders }) =>
      holders.flatMap(({ address }) =>
        power.soleParties(address).map((party) => ({
          subject: contract,
          message: `${power.describe(party)} alone is ${title}${power.nameOf(address) === party ? "" : `, as ${power.nameOf(address)}`}`,
          fix: "give it to a timelock, or to a Safe with a threshold of 2 or more",
        })),
      ),
    );
  },
};
