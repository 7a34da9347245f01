import type { Address } from "viem";
import type { ManagerState } from "../../../snapshot/types.ts";
import { ADMIN_ROLE } from "../../roleId.ts";
import { roleName } from "../roleName.ts";
import { type Danger, type Lint, type LintContext, managersOf, timelocksOf } from "../types.ts";

export const sharedDuty: Lint = {
  id: "shared-duty",
  severity: "warning",
  production: "error",
  explanation:
    "Who acts and who can stop it are separate duties. Someone who has a part in both checks itself.",
  find(context) {
    const { desired } = context;
    const ofTimelocks = timelocksOf(desired).flatMap(({ name, timelock }) =>
      compare(
        context,
        name,
        timelock.proposers,
        timelock.guardians,
        `proposes to ${name}`,
        "is its guardian",
      ),
    );
    const ofRoles = managersOf(desired).flatMap((contract) => {
      const members = (id: bigint) =>
        contract.manager.roles.find((r) => r.id === id)?.members.map((m) => m.account) ?? [];
      return contract.manager.roles
        .filter((role) => role.id !== ADMIN_ROLE && role.guardian !== role.id && role.guardian !== ADMIN_ROLE)
        .filter((role) => !onlyStops(context, contract.manager, role.id))
        .flatMap((role) => {
          const name = roleName(contract, role.id);
          return compare(
            context,
            name,
            members(role.id),
            members(role.guardian),
            `holds ${name}`,
            `is its guardian`,
          );
        });
    });
    return [...ofTimelocks, ...ofRoles];
  },
};

/** Stopping is the guardian's own trade: a role that can do nothing else is no second duty. */
function onlyStops({ desired }: LintContext, manager: ManagerState, role: bigint): boolean {
  const names = manager.targets.flatMap((target) =>
    target.functions
      .filter((f) => f.role === role)
      .map(
        (f) => desired.contracts.find((c) => c.address === target.address)?.functionNames?.[f.selector] ?? "",
      ),
  );
  return names.length > 0 && names.every((name) => /^(pause|freeze|stop|halt)/.test(name));
}

function compare(
  { power }: LintContext,
  subject: string,
  acting: readonly Address[],
  stopping: readonly Address[],
  does: string,
  stops: string,
): Danger[] {
  const stoppers = new Set(stopping.flatMap((address) => [...power.partiesOf(address)]));
  const both = new Set(
    acting.flatMap((address) => [...power.partiesOf(address)]).filter((party) => stoppers.has(party)),
  );
  return [...both].sort().map((party) => ({
    subject,
    message: `${power.describe(party)} both ${does} and ${stops}`,
    fix: "name other people for one of the two",
  }));
}
