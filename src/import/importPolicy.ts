/** A snapshot as a policy: what the chain has, written down, so that a team starts from it. */
import { type Address, zeroAddress } from "viem";
import { shortNameOf } from "../policy/chains.ts";
import { ADMIN_ROLE, deriveRoleId, PUBLIC_ROLE } from "../policy/roleId.ts";
import { formatChainAddress } from "../policy/text/chainAddress.ts";
import { formatDuration } from "../policy/text/duration.ts";
import { formatInstant } from "../policy/text/instant.ts";
import type {
  ContractState,
  GrantState,
  ManagerState,
  SafeState,
  Snapshot,
  TimelockState,
} from "../snapshot/types.ts";
import { nameParties, type Parties, type Party } from "./nameParties.ts";

export interface ImportOptions {
  /** Name of the policy. */
  name: string;
  network: string;
  tier: "development" | "staging" | "production";
  /** Names by address, where better ones are known. */
  names?: ReadonlyMap<string, string>;
}

/** A policy as it is written, section by section; an entry's notes become comments. */
export type ImportedPolicy = Record<string, unknown>;

/** Grants that have expired are left out: they give no power. */
export function importPolicy(
  snapshot: Snapshot,
  options: ImportOptions,
): { policy: ImportedPolicy; parties: Parties } {
  const lower = new Map(
    [...(options.names ?? [])].map(([address, name]) => [address.toLowerCase(), name] as const),
  );
  const parties = nameParties(snapshot, lower);
  const short = shortNameOf(snapshot.chainId) ?? `chain${snapshot.chainId}`;
  const known = shortNameOf(snapshot.chainId) !== undefined;
  const at = (party: Party) => formatChainAddress(party.address, short);
  const section = (name: Party["section"], entry: (party: Party) => unknown) => {
    const entries = parties.all.filter((p) => p.section === name).map((p) => [p.name, entry(p)] as const);
    return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) };
  };
  const roles = Object.fromEntries(
    parties.all.flatMap((party) =>
      party.state?.manager === undefined ? [] : importRoles(party, parties, snapshot),
    ),
  );
  const policy: ImportedPolicy = {
    schema: 1,
    name: options.name,
    networks: {
      [options.network]: {
        chain: snapshot.chainId,
        tier: options.tier,
        ...(known ? {} : { shortName: short }),
      },
    },
    ...section("principals", (party) =>
      party.state === undefined || party.state.codehash === null
        ? { address: party.address }
        : { address: at(party), kind: "contract" },
    ),
    ...section("safes", (party) => importSafe(at(party), party.state?.safe as SafeState, parties)),
    ...section("timelocks", (party) =>
      importTimelock(at(party), party, party.state?.timelock as TimelockState, parties),
    ),
    ...section("managers", (party) =>
      importManager(at(party), party.state?.manager as ManagerState, parties),
    ),
    ...section("contracts", (party) =>
      importContract(at(party), party.state as ContractState, parties, snapshot),
    ),
    ...(Object.keys(roles).length === 0 ? {} : { roles }),
  };
  return { policy, parties };
}

function importSafe(at: string, safe: SafeState, { nameOf }: Parties): unknown {
  return {
    at,
    version: safe.version,
    owners: safe.owners.map(nameOf),
    threshold: safe.threshold,
    ...(safe.modules.length === 0 ? {} : { modules: safe.modules.map(nameOf) }),
    ...(safe.guard === zeroAddress ? {} : { guard: nameOf(safe.guard) }),
  };
}

function importTimelock(at: string, party: Party, timelock: TimelockState, { nameOf }: Parties): unknown {
  const { flavour, floor, ceiling, expiry, vetoLimit, vetoWindow } = timelock;
  const ours = flavour === "portcullis";
  const admins = timelock.admins.filter((a) => a !== party.address);
  const span = (name: string, seconds: bigint | undefined) =>
    seconds === undefined || !ours ? {} : { [name]: formatDuration(seconds) };
  return {
    at,
    ...(ours ? {} : { flavour }),
    delay: formatDuration(settledOf(timelock.delay)),
    ...span("floor", floor),
    ...span("ceiling", ceiling),
    ...span("expiry", expiry),
    ...(ours && vetoLimit !== undefined && vetoWindow !== undefined
      ? { vetoes: { limit: Number(vetoLimit), window: formatDuration(vetoWindow) } }
      : {}),
    proposers: timelock.proposers.map(nameOf),
    executors: timelock.executors.includes(zeroAddress) ? "anyone" : timelock.executors.map(nameOf),
    cancellers: timelock.cancellers.map(nameOf),
    ...(timelock.guardians.length === 0 ? {} : { guardians: timelock.guardians.map(nameOf) }),
    ...(admins.length === 0 || ours ? {} : { admins: admins.map(nameOf) }),
  };
}

function importManager(at: string, manager: ManagerState, parties: Parties): unknown {
  const admin = manager.roles.find((role) => role.id === ADMIN_ROLE);
  const grantDelay = admin === undefined ? 0n : settledOf(admin.grantDelay);
  return {
    at,
    ...(manager.flavour === "portcullis" ? {} : { flavour: manager.flavour }),
    admin: importGrants(admin?.members ?? [], parties),
    ...(grantDelay === 0n ? {} : { grantDelay: formatDuration(grantDelay) }),
  };
}

function importRoles(party: Party, parties: Parties, snapshot: Snapshot): [string, unknown][] {
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

function importContract(at: string, state: ContractState, { nameOf }: Parties, snapshot: Snapshot): unknown {
  const { ownable, accessControl, managed, proxy } = state;
  const authority = managed?.authority ?? managerThatTargets(state.address, snapshot);
  const adminDelay = snapshot.contracts
    .find((c) => c.address === authority)
    ?.manager?.targets.find((t) => t.address === state.address)?.adminDelay;
  const labels = new Map(accessControl?.roles.map((role) => [role.role, roleLabel(role)]));
  return {
    at,
    ...(proxy === undefined
      ? {}
      : {
          proxy: {
            kind: proxy.kind,
            ...(proxy.admin === zeroAddress ? {} : { admin: nameOf(proxy.admin) }),
          },
        }),
    ...(authority === undefined || BigInt(authority) === 0n ? {} : { manager: nameOf(authority) }),
    ...(adminDelay === undefined || settledOf(adminDelay) === 0n
      ? {}
      : { adminDelay: formatDuration(settledOf(adminDelay)) }),
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

/** The manager that has rules for a contract which does not ask one itself: its owner. */
const managerThatTargets = (address: Address, snapshot: Snapshot): Address | undefined =>
  snapshot.contracts.find((c) =>
    c.manager?.targets.some((t) => t.address === address && t.functions.length > 0),
  )?.address;

const roleLabel = (role: { role: string; label?: string }): string =>
  BigInt(role.role) === 0n ? "DEFAULT_ADMIN_ROLE" : (role.label ?? role.role);

const isOver = (grant: GrantState, now: bigint): boolean =>
  grant.until !== 0n && grant.until <= now && grant.pendingUntil === undefined;

const settledOf = (delay: { current: bigint; pending: bigint; effect: bigint }): bigint =>
  delay.effect === 0n ? delay.current : delay.pending;
