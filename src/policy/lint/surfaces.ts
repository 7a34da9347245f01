/** Where power over a contract lies: who administers it, and who can replace its code. */
import { type Address, zeroAddress, zeroHash } from "viem";
import type { ManagerState } from "../../snapshot/types.ts";
import type { Desired, DesiredContract } from "../desired.ts";
import { ADMIN_ROLE } from "../roleId.ts";

export interface Surface {
  contract: string;
  /** "ADMIN of manager", "the owner of vault" */
  title: string;
  /** `delay`: seconds between the decision of the holder and its effect, by the contract itself. */
  holders: readonly { address: Address; delay: bigint }[];
}

/** Everything that decides about who may do what. */
export function adminSurfaces({ contracts }: Desired): Surface[] {
  return contracts.flatMap((c) => {
    const surfaces: Surface[] = [];
    const add = (title: string, holders: Surface["holders"]) =>
      surfaces.push({ contract: c.name, title, holders });
    if (c.manager !== undefined) add(`ADMIN of ${c.name}`, roleHolders(c.manager, ADMIN_ROLE));
    // A ProxyAdmin that came with its proxy is said as that proxy's admin, below.
    if (c.ownable !== undefined && c.proxyAdminOf === undefined)
      add(`the owner of ${c.name}`, [{ address: c.ownable.owner, delay: 0n }]);
    if (c.timelock !== undefined) {
      const others = c.timelock.admins.filter((admin) => admin !== c.address);
      if (others.length > 0)
        add(
          `the admin of ${c.name}`,
          others.map((address) => ({ address, delay: 0n })),
        );
    }
    if (c.accessControl !== undefined) {
      const { roles, defaultAdmin } = c.accessControl;
      const members = roles.find((role) => role.role === zeroHash)?.members ?? [];
      const delay = defaultAdmin?.delay ?? 0n;
      const admins = defaultAdmin === undefined ? members : [defaultAdmin.admin];
      if (admins.length > 0)
        add(
          `DEFAULT_ADMIN_ROLE of ${c.name}`,
          admins.map((address) => ({ address, delay })),
        );
    }
    const proxyOwner = proxyAdmin(c, contracts);
    if (proxyOwner !== undefined) add(`the proxy admin of ${c.name}`, [{ address: proxyOwner, delay: 0n }]);
    return surfaces;
  });
}

const UPGRADES = /^(upgradeTo|upgradeToAndCall|upgrade|upgradeAndCall|setImplementation)(\(|$)/;

/** Everything that can replace a contract's code. */
export function upgradeSurfaces({ contracts }: Desired): Surface[] {
  return contracts.flatMap((c) => {
    const surfaces: Surface[] = [];
    const add = (title: string, holders: Surface["holders"]) =>
      surfaces.push({ contract: c.name, title, holders });
    const manager = contracts.find((m) => m.address === c.managed?.authority)?.manager;
    const target = manager?.targets.find((t) => t.address === c.address);
    for (const [selector, name] of Object.entries(c.functionNames ?? {})) {
      if (!UPGRADES.test(name) || manager === undefined) continue;
      const role = target?.functions.find((f) => f.selector === selector)?.role ?? ADMIN_ROLE;
      const state = manager.roles.find((r) => r.id === role);
      add(`${c.name}.${name}, by the role ${state?.label ?? "ADMIN"}`, roleHolders(manager, role));
    }
    if (c.proxy?.kind === "uups" && c.managed === undefined) {
      if (c.ownable !== undefined) add(`the owner of ${c.name}`, [{ address: c.ownable.owner, delay: 0n }]);
      for (const role of c.accessControl?.roles ?? []) {
        if (role.role !== zeroHash && !/UPGRADE/.test(role.label ?? "")) continue;
        add(
          `${role.label ?? role.role} of ${c.name}`,
          role.members.map((address) => ({ address, delay: 0n })),
        );
      }
    }
    const proxyOwner = proxyAdmin(c, contracts);
    if (proxyOwner !== undefined) add(`the proxy admin of ${c.name}`, [{ address: proxyOwner, delay: 0n }]);
    return surfaces;
  });
}

export function roleHolders(manager: ManagerState, role: bigint): { address: Address; delay: bigint }[] {
  const members = manager.roles.find((r) => r.id === role)?.members ?? [];
  return members.map(({ account, delay }) => ({ address: account, delay: delay.current }));
}

/** Of a transparent proxy: the owner of its ProxyAdmin, or the admin itself where that is no contract of the policy. */
function proxyAdmin(contract: DesiredContract, all: readonly DesiredContract[]): Address | undefined {
  const owner = contract.deployment?.proxy?.owner;
  if (owner !== undefined) return owner;
  const admin = contract.proxy?.kind === "transparent" ? contract.proxy.admin : zeroAddress;
  if (admin === zeroAddress) return undefined;
  return all.find((c) => c.address === admin)?.ownable?.owner ?? admin;
}
