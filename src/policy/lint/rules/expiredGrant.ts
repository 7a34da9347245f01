import { formatInstant } from "../../text/instant.ts";
import { roleName } from "../roleName.ts";
import { type Lint, managersOf } from "../types.ts";

export const expiredGrant: Lint = {
  id: "expired-grant",
  severity: "warning",
  byTime: true,
  explanation: "The policy wants a grant that is over: it gives no power, and a reader may think it does.",
  find({ desired, power, now }) {
    if (now === undefined) return [];
    return managersOf(desired).flatMap((contract) =>
      contract.manager.roles.flatMap((role) =>
        role.members
          .filter((member) => member.until !== 0n && member.until <= now)
          .map((member) => ({
            subject: `${roleName(contract, role.id)}.${power.nameOf(member.account)}`,
            message: `the grant of ${roleName(contract, role.id)} to ${power.nameOf(member.account)} ended on ${formatInstant(member.until)}`,
            fix: "take the grant away, or write a later until",
          })),
      ),
    );
  },
};
