import { roleName } from "../roleName.ts";
import { type Lint, managersOf } from "../types.ts";

export const roleWithoutHolder: Lint = {
  id: "role-without-holder",
  severity: "warning",
  explanation:
    "Nobody can use the role. If it is a guardian, nobody can veto; if it pauses, nobody can stop a loss.",
  find({ desired }) {
    return managersOf(desired).flatMap((contract) =>
      contract.manager.roles
        .filter((role) => role.members.length === 0)
        .map((role) => {
          const name = roleName(contract, role.id);
          const guarded = contract.manager.roles.filter(
            (other) => other.guardian === role.id && other.id !== role.id,
          );
          const what =
            guarded.length > 0
              ? `, and it is the guardian of ${guarded
                  .map((r) => roleName(contract, r.id))
                  .sort()
                  .join(", ")}`
              : "";
          return {
            subject: name,
            message: `nobody holds ${name}${what}`,
            fix: "write its grants, or take the role away",
          };
        }),
    );
  },
};
