import { ADMIN_ROLE } from "../../roleId.ts";
import { roleName } from "../roleName.ts";
import { roleHolders } from "../surfaces.ts";
import { type Lint, managersOf } from "../types.ts";

export const undelayedGrant: Lint = {
  id: "undelayed-grant",
  severity: "warning",
  production: "error",
  explanation:
    "A grant gives power, so it has to wait long enough for someone to veto it. Here neither the role, nor the delay of its admin, nor a timelock makes it wait.",
  find({ desired, power }) {
    return managersOf(desired).flatMap((contract) =>
      contract.manager.roles
        .filter((role) => role.id !== ADMIN_ROLE && role.grantDelay.current === 0n)
        .flatMap((role) => {
          const immediate = roleHolders(contract.manager, role.admin).filter(
            ({ address, delay }) => delay + power.delayOf(address) === 0n,
          );
          const [first] = immediate;
          if (first === undefined) return [];
          return {
            subject: roleName(contract, role.id),
            message: `${power.nameOf(first.address)} can grant ${roleName(contract, role.id)} at once`,
            fix: `write grantDelay: "1 day" into the role`,
          };
        }),
    );
  },
};
