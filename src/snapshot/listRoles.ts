/** Who holds what, in rows: roles of managers, AccessControl roles, duties of timelocks, owners, and the owners of Safes. */
import type { Address } from "viem";
import type { BindingState, ContractState, DelayState, ManagerState, Snapshot } from "./types.ts";

export interface RoleRow {
  contract: Address;
  kind: "manager" | "accessControl" | "timelock" | "owner" | "safe";
  /** Label, or the id where there is none. */
  role: string;
  /** Manager roles only. */
  id?: bigint;
  admin?: bigint;
  guardian?: bigint;
  grantDelay?: DelayState;
  keyBound?: boolean;
  /** RoleManager only: the longest execution delay a member ever had (seconds). */
  longestDelay?: bigint;
  /** Safes only. */
  threshold?: number;
  members: readonly MemberRow[];
}

export interface MemberRow {
  account: Address;
  status: MemberStatus;
  /** Seconds since the grant began; absent where the chain does not keep it. */
  age?: bigint;
  since?: bigint;
  /** 0: permanent. */
  until?: bigint;
  delay?: DelayState;
  binding?: BindingState["status"] | "missing";
}

/** `unbound` and `overdue`: a key-bound role that gives no power for want of a valid binding. */
export type MemberStatus = "active" | "pending" | "expired" | "overdue" | "unbound" | "suspended";

export function listRoles(snapshot: Pick<Snapshot, "block" | "contracts">): RoleRow[] {
  const now = snapshot.block.timestamp;
  return snapshot.contracts.flatMap((contract) => [
    ...managerRows(contract, now),
    ...timelockRows(contract),
    ...accessRows(contract),
    ...ownerRows(contract),
    ...safeRows(contract),
  ]);
}

function managerRows({ address, manager }: ContractState, now: bigint): RoleRow[] {
  if (!manager) return [];
  return manager.roles.map((role) => ({
    contract: address,
    kind: "manager",
    role: role.id === 0n ? "ADMIN" : (role.label ?? `role ${role.id}`),
    id: role.id,
    admin: role.admin,
    guardian: role.guardian,
    grantDelay: role.grantDelay,
    keyBound: role.keyBound,
    ...(role.longestDelay === undefined ? {} : { longestDelay: role.longestDelay }),
    members: role.members.map(({ account, since, until, delay }) => {
      const binding = bindingOf(manager, account, role.keyBound);
      return {
        account,
        status: statusOf(since, until, role.keyBound, binding, now),
        ...(since <= now ? { age: now - since } : {}),
        since,
        until,
        delay,
        ...(binding === undefined ? {} : { binding }),
      };
    }),
  }));
}

function bindingOf(manager: ManagerState, account: Address, keyBound: boolean): MemberRow["binding"] {
  return manager.bindings.find((b) => b.account === account)?.status ?? (keyBound ? "missing" : undefined);
}

function statusOf(
  since: bigint,
  until: bigint,
  keyBound: boolean,
  binding: MemberRow["binding"],
  now: bigint,
): MemberStatus {
  if (until !== 0n && until <= now) return "expired";
  if (since > now) return "pending";
  if (!keyBound || binding === "valid" || binding === "exempt") return "active";
  return binding === "overdue" ? "overdue" : "unbound";
}

function timelockRows({ address, timelock }: ContractState): RoleRow[] {
  if (!timelock) return [];
  const duties = {
    proposer: timelock.proposers,
    executor: timelock.executors,
    canceller: timelock.cancellers,
    guardian: timelock.guardians,
    admin: timelock.admins,
  };
  return Object.entries(duties)
    .filter(([, accounts]) => accounts.length > 0)
    .map(([role, accounts]) => ({
      contract: address,
      kind: "timelock",
      role,
      members: accounts.map((account) => ({
        account,
        status: role === "proposer" && timelock.suspended.includes(account) ? "suspended" : "active",
      })),
    }));
}

function accessRows({ address, accessControl, timelock }: ContractState): RoleRow[] {
  // A timelock's roles are its duties, said above.
  if (!accessControl || timelock) return [];
  return accessControl.roles.map((role) => ({
    contract: address,
    kind: "accessControl",
    role: role.label ?? role.role,
    members: role.members.map((account) => ({ account, status: "active" })),
  }));
}

function ownerRows({ address, ownable }: ContractState): RoleRow[] {
  if (!ownable) return [];
  const pending = ownable.pendingOwner !== undefined && BigInt(ownable.pendingOwner) !== 0n;
  return [
    {
      contract: address,
      kind: "owner",
      role: "owner",
      members: [
        { account: ownable.owner, status: "active" },
        ...(pending ? [{ account: ownable.pendingOwner as Address, status: "pending" as const }] : []),
      ],
    },
  ];
}

function safeRows({ address, safe }: ContractState): RoleRow[] {
  if (!safe) return [];
  const members = (accounts: readonly Address[]): MemberRow[] =>
    accounts.map((account) => ({ account, status: "active" }));
  const owners: RoleRow = {
    contract: address,
    kind: "safe",
    role: "owner",
    threshold: safe.threshold,
    members: members(safe.owners),
  };
  return safe.modules.length === 0
    ? [owners]
    : [owners, { contract: address, kind: "safe", role: "module", members: members(safe.modules) }];
}
