/** Contracts with an admin side of their own, as a policy writes them. */
import { type Address, zeroAddress } from "viem";
import { formatDuration } from "../policy/text/duration.ts";
import type { ContractState, Snapshot } from "../snapshot/types.ts";
import type { Parties } from "./nameParties.ts";
import { settledOf } from "./settledOf.ts";

export function importContract(
  at: string,
  address: Address,
  state: ContractState | undefined,
  { nameOf }: Parties,
  snapshot: Snapshot,
): unknown {
  const { ownable, accessControl, proxy } = state ?? {};
  const authority = authorityOf(address, state, snapshot);
  const rules = snapshot.contracts
    .find((c) => c.address === authority)
    ?.manager?.targets.find((t) => t.address === address);
  const adminDelay = rules?.adminDelay;
  const labels = new Map(accessControl?.roles.map((role) => [role.role, roleLabel(role)]));
  return {
    at,
    ...(proxy === undefined || proxy.kind === "unknown"
      ? {}
      : {
          proxy: {
            kind: proxy.kind,
            ...(proxy.admin === zeroAddress ? {} : { admin: nameOf(proxy.admin) }),
          },
        }),
    ...(authority === undefined ? {} : { manager: nameOf(authority) }),
    ...(adminDelay === undefined || settledOf(adminDelay) === 0n
      ? {}
      : { adminDelay: formatDuration(settledOf(adminDelay)) }),
    ...(rules?.closed ? { closed: true } : {}),
    ...(ownable === undefined || ownable.owner === zeroAddress
      ? {}
      : {
          ownable:
            ownable.pendingOwner === undefined
              ? nameOf(ownable.owner)
              : { owner: nameOf(ownable.owner), twoStep: true },
        }),
    ...(accessControl === undefined
      ? {}
      : {
          accessControl: {
            roles: Object.fromEntries(
              accessControl.roles.map((role) => [
                roleLabel(role),
                {
                  ...(BigInt(role.admin) === 0n ? {} : { admin: labels.get(role.admin) ?? role.admin }),
                  members: role.members.map(nameOf),
                },
              ]),
            ),
            ...(accessControl.defaultAdmin === undefined
              ? {}
              : {
                  defaultAdmin: {
                    admin: nameOf(accessControl.defaultAdmin.admin),
                    delay: formatDuration(
                      accessControl.defaultAdmin.pendingDelay?.newDelay ?? accessControl.defaultAdmin.delay,
                    ),
                  },
                }),
          },
        }),
  };
}

/** The manager a contract asks; else the one that has rules for it: its owner, or nobody (see the notes). */
function authorityOf(
  address: Address,
  state: ContractState | undefined,
  snapshot: Snapshot,
): Address | undefined {
  const managers = snapshot.contracts.filter((c) => c.manager !== undefined);
  const asked = managers.find((c) => c.address === state?.managed?.authority);
  const ruling = managers.find((c) => c.manager?.targets.some((t) => t.address === address));
  return (asked ?? ruling)?.address;
}

const roleLabel = (role: { role: string; label?: string }): string =>
  BigInt(role.role) === 0n ? "DEFAULT_ADMIN_ROLE" : (role.label ?? role.role);
