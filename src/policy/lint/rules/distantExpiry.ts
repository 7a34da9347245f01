import { formatInstant } from "../../text/instant.ts";
import { roleName } from "../roleName.ts";
import { type Lint, managersOf } from "../types.ts";

const TWO_YEARS = 2n * 365n * 86_400n;

export const distantExpiry: Lint = {
  id: "distant-expiry",
  severity: "warning",
  byTime: true,
  explanation:
    "An expiry that nobody will see come is none: nobody will look at the grant again before it is misused.",
  find({ desired, power, now }) {
    if (now === undefined) return [];
    return managersOf(desired).flatMap((contract) =>
      contract.manager.roles.flatMap((role) =>
        role.members
          .filter((member) => member.until > now + TWO_YEARS)
          .map((member) => ({
            subject: `${roleName(contract, role.id)}.${power.nameOf(member.account)}`,
            message: `${power.nameOf(member.account)} holds ${roleName(contract, role.id)} until ${formatInstant(member.until)}`,
            fix: "write an expiry within two years, and renew it in time",
          })),
      ),
    );
  },
};
