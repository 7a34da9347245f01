import { roleName } from "../roleName.ts";
import { type Lint, managersOf } from "../types.ts";

export const permanentProductionKey: Lint = {
  id: "permanent-production-key",
  severity: "warning",
  explanation:
    "People leave, machines are sold, keys leak. A grant to a key that never ends is the one an attacker finds years later.",
  find({ desired, power }) {
    const keys = new Set(
      desired.signers.filter((signer) => signer.tier === "production").map((signer) => signer.address),
    );
    return managersOf(desired)
      .filter(({ manager }) => manager.flavour === "portcullis")
      .flatMap((contract) =>
        contract.manager.roles.flatMap((role) =>
          role.members
            .filter((member) => member.until === 0n && keys.has(member.account))
            .map((member) => ({
              subject: `${roleName(contract, role.id)}.${power.nameOf(member.account)}`,
              message: `${power.nameOf(member.account)} holds ${roleName(contract, role.id)} for ever`,
              fix: 'write until: "2027-06-30", and renew it in time',
            })),
        ),
      );
  },
};
