/**
 * OpenZeppelin's AccessManager and Portcullis's RoleManager. Nothing in them can be listed by a call: logs name roles, members,
 * targets, selectors and operations, and each is then asked at the pinned block.
 */
import { type Address, getAddress } from "viem";
import { roleManagerAbi } from "../../abi/roleManager.ts";
import type { ChainReader } from "../reader.ts";
import type { DelayState, GrantState, ManagerState, RoleState, TargetState } from "../types.ts";
import { settledDelay } from "./delayState.ts";
import { managerAbi } from "./managerAbi.ts";
import { type ManagerCandidates, nameManagerCandidates } from "./managerCandidates.ts";
import { type ManagerDelays, readManagerDelays } from "./managerDelays.ts";
import { readBindings, readRotations } from "./managerKeys.ts";
import { readManagerOperations } from "./managerOperations.ts";

const ADMIN_ROLE = 0n;
const PUBLIC_ROLE = 2n ** 64n - 1n;

type Flavour = ManagerState["flavour"];

export async function readManager(reader: ChainReader, address: Address): Promise<ManagerState | undefined> {
  const [publicRole, adminRole, expiration, settings] = await Promise.all([
    reader.probe({ address, abi: managerAbi, functionName: "PUBLIC_ROLE" }),
    reader.probe({ address, abi: managerAbi, functionName: "ADMIN_ROLE" }),
    reader.probe({ address, abi: managerAbi, functionName: "expiration" }),
    reader.probe({ address, abi: roleManagerAbi, functionName: "getRoleSettings", args: [ADMIN_ROLE] }),
  ]);
  if (publicRole !== PUBLIC_ROLE || adminRole !== ADMIN_ROLE || expiration === undefined) return undefined;
  const flavour: Flavour = settings === undefined ? "openzeppelin" : "portcullis";
  const candidates = await nameManagerCandidates(reader, address, flavour);
  const delays = await readManagerDelays(reader, address, flavour, candidates);
  const [roles, targets, operations, bindings, rotations] = await Promise.all([
    Promise.all(
      [...candidates.roles].map(([id, accounts]) =>
        readRole(reader, address, flavour, candidates, delays, id, accounts),
      ),
    ),
    Promise.all(
      [...candidates.targets].map(([target, selectors]) =>
        readTarget(reader, address, delays, target, selectors),
      ),
    ),
    readManagerOperations(reader, address, flavour, candidates.operations, BigInt(expiration)),
    flavour === "portcullis" ? readBindings(reader, address, candidates) : [],
    flavour === "portcullis" ? readRotations(reader, address, candidates.rotations) : [],
  ]);
  const kept = targets.filter(
    (target) => target.closed || target.functions.length > 0 || isSet(target.adminDelay),
  );
  return {
    flavour,
    roles: keepUsed(roles, kept).sort((a, b) => compare(a.id, b.id)),
    targets: kept.sort((a, b) => compare(BigInt(a.address), BigInt(b.address))),
    operations,
    bindings,
    ...(flavour === "portcullis" ? { rotations } : {}),
  };
}

async function readRole(
  reader: ChainReader,
  address: Address,
  flavour: Flavour,
  candidates: ManagerCandidates,
  delays: ManagerDelays,
  id: bigint,
  accounts: ReadonlySet<Address>,
): Promise<RoleState> {
  const [admin, guardian, own, grants] = await Promise.all([
    reader.read({ address, abi: managerAbi, functionName: "getRoleAdmin", args: [id] }),
    reader.read({ address, abi: managerAbi, functionName: "getRoleGuardian", args: [id] }),
    flavour === "portcullis" ? readOwnSettings(reader, address, id) : { keyBound: false },
    Promise.all([...accounts].map((account) => readGrant(reader, address, flavour, id, account))),
  ]);
  const label = candidates.labels.get(id);
  const members = grants
    .filter((grant) => grant !== undefined)
    .sort((a, b) => compare(BigInt(a.account), BigInt(b.account)));
  return {
    id,
    ...(label ? { label } : {}),
    admin,
    guardian,
    grantDelay: delays.grantDelay(id),
    ...own,
    members,
    ...(flavour === "portcullis" && accounts.size > 0 && members.length === 0 ? { vacated: true } : {}),
  };
}

/** What only a RoleManager knows of a role. */
async function readOwnSettings(
  reader: ChainReader,
  address: Address,
  id: bigint,
): Promise<Pick<RoleState, "keyBound" | "longestDelay">> {
  const args = [id] as const;
  const settings = await reader.read({ address, abi: roleManagerAbi, functionName: "getRoleSettings", args });
  return { keyBound: settings[3], longestDelay: BigInt(settings[4]) };
}

async function readGrant(
  reader: ChainReader,
  address: Address,
  flavour: Flavour,
  id: bigint,
  account: Address,
): Promise<GrantState | undefined> {
  if (flavour === "openzeppelin") {
    const args = [id, account] as const;
    const access = await reader.read({ address, abi: managerAbi, functionName: "getAccess", args });
    const [since, current, pending, effect] = access;
    if (since === 0) return undefined;
    return {
      account: getAddress(account),
      since: BigInt(since),
      until: 0n,
      delay: delayState(current, pending, effect),
    };
  }
  const args = [id, account] as const;
  const grant = await reader.read({ address, abi: roleManagerAbi, functionName: "getGrant", args });
  const [since, until, current, pending, effect, pendingUntil, untilEffect] = grant;
  if (since === 0) return undefined;
  return {
    account: getAddress(account),
    since: BigInt(since),
    until: BigInt(until),
    delay: delayState(current, pending, effect),
    ...(untilEffect === 0
      ? {}
      : { pendingUntil: { until: BigInt(pendingUntil), effect: BigInt(untilEffect) } }),
  };
}

async function readTarget(
  reader: ChainReader,
  address: Address,
  delays: ManagerDelays,
  target: Address,
  selectors: ReadonlySet<`0x${string}`>,
): Promise<TargetState> {
  const [closed, roles] = await Promise.all([
    reader.read({ address, abi: managerAbi, functionName: "isTargetClosed", args: [target] }),
    Promise.all(
      [...selectors].map((selector) =>
        reader.read({
          address,
          abi: managerAbi,
          functionName: "getTargetFunctionRole",
          args: [target, selector],
        }),
      ),
    ),
  ]);
  const functions = [...selectors]
    .map((selector, i) => ({ selector, role: roles[i] ?? ADMIN_ROLE }))
    // Mapped back to ADMIN_ROLE is as good as never mapped.
    .filter(({ role }) => role !== ADMIN_ROLE)
    .sort((a, b) => (a.selector < b.selector ? -1 : 1));
  return { address: getAddress(target), closed, adminDelay: delays.adminDelay(target), functions };
}

/** Without the roles that are back to what an untouched role is: equal states must be equal bytes. */
function keepUsed(roles: readonly RoleState[], targets: readonly TargetState[]): RoleState[] {
  const named = new Set<bigint>([
    ADMIN_ROLE,
    ...roles.flatMap((role) => [role.admin, role.guardian]),
    ...targets.flatMap((target) => target.functions.map(({ role }) => role)),
  ]);
  return roles.filter(
    (role) =>
      role.id !== PUBLIC_ROLE &&
      (named.has(role.id) ||
        role.members.length > 0 ||
        role.label !== undefined ||
        role.keyBound ||
        role.admin !== ADMIN_ROLE ||
        role.guardian !== ADMIN_ROLE ||
        isSet(role.grantDelay)),
  );
}

function isSet(delay: DelayState): boolean {
  return delay.current !== 0n || delay.pending !== 0n;
}

function delayState(current: number, pending: number, effect: number): DelayState {
  if (effect === 0) return settledDelay(current);
  return { current: BigInt(current), pending: BigInt(pending), effect: BigInt(effect) };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
