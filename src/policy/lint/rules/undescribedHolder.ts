import type { Address } from "viem";
import { roleName } from "../roleName.ts";
import { adminSurfaces } from "../surfaces.ts";
import { type Lint, managersOf, safesOf, timelocksOf } from "../types.ts";

export const undescribedHolder: Lint = {
  id: "undescribed-holder",
  severity: "warning",
  explanation:
    "The policy gives power to an address and does not say what is behind it, so nothing here can judge it.",
  find({ desired, power }) {
    const holders: [string, readonly Address[]][] = [
      ...adminSurfaces(desired).map((s): [string, Address[]] => [
        s.contract,
        s.holders.map((h) => h.address),
      ]),
      ...safesOf(desired).map(({ name, safe }): [string, readonly Address[]] => [name, safe.owners]),
      ...timelocksOf(desired).map(({ name, timelock }): [string, Address[]] => [
        name,
        [...timelock.proposers, ...timelock.cancellers, ...timelock.guardians],
      ]),
      ...managersOf(desired).flatMap((contract) =>
        contract.manager.roles.map((role): [string, Address[]] => [
          roleName(contract, role.id),
          role.members.map((member) => member.account),
        ]),
      ),
    ];
    return holders.flatMap(([subject, addresses]) =>
      [...new Set(addresses)]
        .filter((address) => !power.isDescribed(address))
        .map((address) => ({
          subject,
          message: `${address} has power over ${subject}, and is not described`,
          fix: "declare it under principals, with its kind and holder",
        })),
    );
  },
};
