import { PUBLIC_ROLE } from "../../roleId.ts";
import { type Lint, managersOf } from "../types.ts";

export const publicFunction: Lint = {
  id: "public-function",
  severity: "warning",
  production: "error",
  explanation: "Everyone has the role PUBLIC, at once and for ever: the function is restricted in name only.",
  find({ desired, power }) {
    return managersOf(desired).flatMap(({ manager }) =>
      manager.targets.flatMap((target) => {
        const contract = desired.contracts.find((c) => c.address === target.address);
        return target.functions
          .filter(({ role }) => role === PUBLIC_ROLE)
          .map(({ selector }) => {
            const subject = `${power.nameOf(target.address)}.${contract?.functionNames?.[selector] ?? selector}`;
            return { subject, message: `anyone may call ${subject}`, fix: "give it to a role with holders" };
          });
      }),
    );
  },
};
