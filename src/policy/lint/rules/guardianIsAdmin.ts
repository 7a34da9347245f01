import { ADMIN_ROLE } from "../../roleId.ts";
import { roleName } from "../roleName.ts";
import { roleHolders } from "../surfaces.ts";
import { type Lint, managersOf } from "../types.ts";

export const guardianIsAdmin: Lint = {
  id: "guardian-is-admin",
  severity: "warning",
  production: "error",
  explanation: "A guardian is there to veto what an admin grants. The admin will not veto itself.",
  find({ desired, power }) {
    return managersOf(desired).flatMap((contract) =>
      contract.manager.roles
        .filter((role) => role.id !== ADMIN_ROLE)
        .flatMap((role) => {
          const people = (id: bigint) =>
            new Set(
              roleHolders(contract.manager, id).flatMap((holder) => [...power.partiesOf(holder.address)]),
            );
          const admins = people(role.admin);
          const guardians = [...people(role.guardian)];
          if (guardians.length === 0 || !guardians.every((party) => admins.has(party))) return [];
          const name = roleName(contract, role.id);
          return {
            subject: name,
            message: `whoever can veto a grant of ${name} (${roleName(contract, role.guardian)}) also grants it (${roleName(contract, role.admin)})`,
            fix: "write guardian: a role whose holders are independent of the admin's",
          };
        }),
    );
  },
};
