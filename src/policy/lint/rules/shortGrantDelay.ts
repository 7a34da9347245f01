import { formatDuration } from "../../text/duration.ts";
import { roleName } from "../roleName.ts";
import { type Lint, managersOf } from "../types.ts";

export const shortGrantDelay: Lint = {
  id: "short-grant-delay",
  severity: "warning",
  production: "error",
  explanation:
    "An admin can shorten a holder's execution delay by revoking and granting again, which takes only the role's grant delay.",
  find({ desired, power }) {
    return managersOf(desired).flatMap((contract) =>
      contract.manager.roles.flatMap((role) =>
        role.members
          .filter((member) => member.delay.current > role.grantDelay.current)
          .map((member) => ({
            subject: roleName(contract, role.id),
            message: `${power.nameOf(member.account)} waits ${formatDuration(member.delay.current)}, a new grant of ${roleName(contract, role.id)} only ${formatDuration(role.grantDelay.current)}`,
            fix: `write grantDelay: "${formatDuration(member.delay.current)}" or more`,
          })),
      ),
    );
  },
};
