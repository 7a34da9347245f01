import { formatDuration } from "../../text/duration.ts";
import { roleName } from "../roleName.ts";
import { type Lint, managersOf } from "../types.ts";

export const recoveryOutrunsGrant: Lint = {
  id: "recovery-outruns-grant",
  severity: "warning",
  production: "error",
  explanation:
    "Whoever recovers an account has its roles. Where that takes less time than a grant, it is the shorter way to them, past the role's guardian.",
  find({ desired }) {
    return desired.contracts.flatMap(({ name, address, recovery }) =>
      recovery === undefined
        ? []
        : managersOf(desired).flatMap((manager) =>
            manager.manager.roles
              .filter(({ members, grantDelay }) => {
                const holds = members.some(({ account }) => account === address);
                return holds && recovery.delay < grantDelay.current;
              })
              .map((role) => {
                const wait = formatDuration(role.grantDelay.current);
                return {
                  subject: name,
                  message: `a recovery of ${name} waits ${formatDuration(recovery.delay)}, a grant of ${roleName(manager, role.id)}, which it holds, ${wait}`,
                  fix: `write delay: "${wait}" or more`,
                };
              }),
          ),
    );
  },
};
