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
          const admins = new Set(roleHolders(contract.manager, role.admin).map((holder) => holder.address));
          const both = roleHolders(contract.manager, role.guardian).filter((holder) =>
            admins.has(holder.address),
          );
          if (both.length === 0) return [];
          const names = both.map((holder) => power.nameOf(holder.address)).join(", ");
          const name = roleName(contract, role.id);
          return {
            subject: name,
            message: `${names} both grants ${name} and is its guardian`,
            fix: "write guardian: a role whose holders are independent",
          };
        }),
    );
  },
};
