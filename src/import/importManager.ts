/** A manager, its roles, what they may call and who holds them, as a policy writes them. */
import { ADMIN_ROLE, deriveRoleId, PUBLIC_ROLE } from "../policy/roleId.ts";
import { formatDuration } from "../policy/text/duration.ts";
import { formatInstant } from "../policy/text/instant.ts";
import type { GrantState, ManagerState, Snapshot } from "../snapshot/types.ts";
import type { Parties, Party } from "./nameParties.ts";
import { settledOf } from "./settledOf.ts";

export function importManager(at: string, manager: ManagerState, parties: Parties): unknown {
  const admin = manager.roles.find((role) => role.id === ADMIN_ROLE);
  const grantDelay = admin === undefined ? 0n : settledOf(admin.grantDelay);
  return {
    at,
    ...(manager.flavour === "portcullis" ? {} : { flavour: manager.flavour }),
    admin: importGrants(admin?.members ?? [], parties),
    ...(grantDelay === 0n ? {} : { grantDelay: formatDuration(grantDelay) }),
  };
}

export function importRoles(party: Party, parties: Parties, snapshot: Snapshot): [string, unknown][] {
  const manager = party.state?.manager as ManagerState;
  const several = snapshot.contracts.filter((state) => state.manager !== undefined).length > 1;
  const referred = [
    ...manager.roles.flatMap((role) => [role.id, role.admin, role.guardian]),
    ...manager.targets.flatMap((target) => target.functions.map((f) => f.role)),
  ];
  const ids = [...new Set(referred)].filter((id) => id !== ADMIN_ROLE).sort((a, b) => (a < b ? -1 : 1));
  const labels = new Map(manager.roles.map((role) => [role.id, role.label] as const));
  const nameOf = (id: bigint) => roleNameOf(id, labels.get(id), several ? party.name : "");

  return ids.map((id): [string, unknown] => {
    const role = manager.roles.find((r) => r.id === id);
    const name = nameOf(id);
    const label = labels.get(id);
    const may = importTargets(manager, id, parties);
    const grantDelay = role === undefined ? 0n : settledOf(role.grantDelay);
    return [
      name,
      {
        ...(several ? { manager: party.name } : {}),
        ...(id === PUBLIC_ROLE || deriveRoleId(name) === id ? {} : { id: id.toString() }),
        ...(label === undefined || (label === name && manager.flavour === "portcullis") ? {} : { label }),
        ...(Object.keys(may).length === 0 ? {} : { may }),
        ...(role === undefined || role.admin === ADMIN_ROLE ? {} : { admin: nameOf(role.admin) }),
        ...(role === undefined || role.guardian === ADMIN_ROLE ? {} : { guardian: nameOf(role.guardian) }),
        ...(grantDelay === 0n ? {} : { grantDelay: formatDuration(grantDelay) }),
        ...(role?.keyBound ? { keyBound: true } : {}),
        ...(role === undefined || role.members.length === 0
          ? {}
          : {
              grants: importGrants(
                role.members.filter((m) => !isOver(m, snapshot.block.timestamp)),
                parties,
              ),
            }),
      },
    ];
  });
}

function roleNameOf(id: bigint, label: string | undefined, manager: string): string {
  if (id === PUBLIC_ROLE) return "PUBLIC";
  const words = (label ?? "").replace(
    /[^A-Za-z0-9]+(.)?/g,
    (_, next: string | undefined) => next?.toUpperCase() ?? "",
  );
  const stem = /^[A-Za-z]/.test(words) ? words : `role${id}`;
  return manager === "" ? stem : `${manager}${stem.charAt(0).toUpperCase()}${stem.slice(1)}`;
}

/** Selectors by target. */
function importTargets(manager: ManagerState, role: bigint, { nameOf }: Parties): Record<string, string[]> {
  return Object.fromEntries(
    manager.targets.flatMap((target) => {
      const selectors = target.functions.filter((f) => f.role === role).map((f) => f.selector as string);
      return selectors.length === 0 ? [] : [[nameOf(target.address), selectors] as const];
    }),
  );
}

function importGrants(members: readonly GrantState[], { nameOf }: Parties): Record<string, unknown> {
  return Object.fromEntries(
    members.map((grant) => {
      const delay = settledOf(grant.delay);
      const until = grant.pendingUntil?.until ?? grant.until;
      return [
        nameOf(grant.account),
        {
          ...(delay === 0n ? {} : { delay: formatDuration(delay) }),
          ...(until === 0n ? {} : { until: formatInstant(until) }),
        },
      ];
    }),
  );
}

export const isOver = (grant: GrantState, now: bigint): boolean =>
  grant.until !== 0n && grant.until <= now && grant.pendingUntil === undefined;
