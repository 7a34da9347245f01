/**
 * AccessControl with its enumerable and default-admin-rules forms. Logs name roles and accounts; whether an account holds a role is
 * asked at the pinned block.
 */
import {
  type Address,
  decodeEventLog,
  getAddress,
  type Hex,
  parseAbi,
  toEventSelector,
  zeroHash,
} from "viem";
import type { ChainReader } from "../reader.ts";
import { sortAddresses } from "../sortAddresses.ts";
import type { AccessControlState } from "../types.ts";
import { roleLabel } from "./roleLabel.ts";

const abi = parseAbi([
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "function getRoleMemberCount(bytes32 role) view returns (uint256)",
  "function getRoleMember(bytes32 role, uint256 index) view returns (address)",
  "function defaultAdmin() view returns (address)",
  "function defaultAdminDelay() view returns (uint48)",
  "function pendingDefaultAdmin() view returns (address newAdmin, uint48 schedule)",
  "function pendingDefaultAdminDelay() view returns (uint48 newDelay, uint48 schedule)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed newAdminRole)",
]);

const TOPICS = abi.filter((item) => item.type === "event").map((item) => toEventSelector(item));

type Role = AccessControlState["roles"][number];

export async function readAccessControl(
  reader: ChainReader,
  address: Address,
): Promise<AccessControlState | undefined> {
  const [nobody, adminOfAdmin] = await Promise.all([
    reader.probe({ address, abi, functionName: "hasRole", args: [zeroHash, address] }),
    reader.probe({ address, abi, functionName: "getRoleAdmin", args: [zeroHash] }),
  ]);
  if (nobody === undefined || adminOfAdmin === undefined) return undefined;
  const [candidates, defaultAdmin] = await Promise.all([
    nameCandidates(reader, address),
    readDefaultAdmin(reader, address),
  ]);
  const roles = await Promise.all(
    [...candidates].map(([role, accounts]) => readRole(reader, address, role, accounts)),
  );
  return {
    roles: keepUsed(roles).sort((a, b) => (a.role < b.role ? -1 : 1)),
    ...(defaultAdmin ? { defaultAdmin } : {}),
  };
}

/** Every role that was ever named, with every account that was ever granted it. */
async function nameCandidates(reader: ChainReader, address: Address): Promise<Map<Hex, Set<Address>>> {
  const candidates = new Map<Hex, Set<Address>>([[zeroHash, new Set()]]);
  const named = (role: Hex) => {
    const accounts = candidates.get(role) ?? new Set<Address>();
    candidates.set(role, accounts);
    return accounts;
  };
  for (const log of await reader.logs(address, TOPICS)) {
    const event = decodeEventLog({
      abi,
      topics: [...log.topics] as [Hex, ...Hex[]],
      data: log.data,
      strict: false,
    });
    const { role } = event.args;
    if (role === undefined) continue;
    if (event.eventName === "RoleAdminChanged") {
      named(role);
      if (event.args.newAdminRole) named(event.args.newAdminRole);
    } else if (event.args.account) named(role).add(event.args.account);
  }
  return candidates;
}

async function readRole(
  reader: ChainReader,
  address: Address,
  role: Hex,
  accounts: ReadonlySet<Address>,
): Promise<Role> {
  const [admin, count] = await Promise.all([
    reader.read({ address, abi, functionName: "getRoleAdmin", args: [role] }),
    reader.probe({ address, abi, functionName: "getRoleMemberCount", args: [role] }),
  ]);
  const listed = await Promise.all(
    Array.from({ length: Number(count ?? 0n) }, (_, i) =>
      reader.read({ address, abi, functionName: "getRoleMember", args: [role, BigInt(i)] }),
    ),
  );
  const named = sortAddresses([...accounts, ...listed]);
  const holds = await Promise.all(
    named.map((account) => reader.read({ address, abi, functionName: "hasRole", args: [role, account] })),
  );
  const label = roleLabel(role);
  return { role, ...(label ? { label } : {}), admin, members: named.filter((_, i) => holds[i]) };
}

/** Without the roles that are back to what an untouched role is: equal states must be equal bytes. */
function keepUsed(roles: readonly Role[]): Role[] {
  const admins = new Set<Hex>([zeroHash, ...roles.filter((role) => isUsed(role)).map((role) => role.admin)]);
  return roles.filter((role) => admins.has(role.role) || isUsed(role));
}

function isUsed(role: Role): boolean {
  return role.members.length > 0 || role.admin !== zeroHash;
}

async function readDefaultAdmin(
  reader: ChainReader,
  address: Address,
): Promise<AccessControlState["defaultAdmin"] | undefined> {
  const [admin, delay, transfer, change] = await Promise.all([
    reader.probe({ address, abi, functionName: "defaultAdmin" }),
    reader.probe({ address, abi, functionName: "defaultAdminDelay" }),
    reader.probe({ address, abi, functionName: "pendingDefaultAdmin" }),
    reader.probe({ address, abi, functionName: "pendingDefaultAdminDelay" }),
  ]);
  if (admin === undefined || delay === undefined || transfer === undefined || change === undefined)
    return undefined;
  return {
    admin: getAddress(admin),
    delay: BigInt(delay),
    ...(transfer[1] === 0
      ? {}
      : { pending: { newAdmin: getAddress(transfer[0]), schedule: BigInt(transfer[1]) } }),
    ...(change[1] === 0
      ? {}
      : { pendingDelay: { newDelay: BigInt(change[0]), schedule: BigInt(change[1]) } }),
  };
}
