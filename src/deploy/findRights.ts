/**
 * Every right an address has over a set of contracts, by two ways that do not share their source: the snapshot, which
 * follows power from logs and storage, and direct questions to each contract. What either finds counts.
 */
import {
  type Address,
  getAddress,
  type Hex,
  isAddressEqual,
  keccak256,
  type PublicClient,
  parseAbi,
  slice,
  toHex,
  zeroHash,
} from "viem";
import { decodeTerms } from "../accounts/recovery/terms.ts";
import { decodeSession } from "../accounts/sessions/decodeSession.ts";
import { readSnapshot } from "../snapshot/index.ts";
import type { ContractState, Snapshot } from "../snapshot/types.ts";

export interface Right {
  /** Where the right is held. */
  contract: Address;
  /** What it is: "role 12 (treasurer)", "owner", "timelock proposer". */
  right: string;
}

export interface FindRightsParameters {
  holder: Address;
  contracts: readonly Address[];
  /** Roles to ask managers about beside those their logs show. */
  roles?: readonly bigint[];
  fromBlock?: bigint;
}

export async function findRights(
  client: PublicClient,
  { holder, contracts, roles = [], fromBlock }: FindRightsParameters,
): Promise<{ rights: Right[]; snapshot: Snapshot }> {
  const snapshot = await readSnapshot(client, {
    addresses: contracts,
    follow: true,
    ...(fromBlock === undefined ? {} : { fromBlock }),
  });
  const rights = snapshot.contracts.flatMap((state) =>
    rightsIn(state, holder, snapshot.block.timestamp).map((right) => ({ contract: state.address, right })),
  );
  for (const state of snapshot.contracts) {
    if (state.codehash === null) continue;
    const known = [...roles, ...(state.manager?.roles.map((role) => role.id) ?? [])];
    const asked = await askContract(client, state, holder, known, snapshot.block.number);
    rights.push(...asked.map((right) => ({ contract: state.address, right })));
  }
  const seen = new Set<string>();
  return {
    snapshot,
    rights: rights.filter(({ contract, right }) => {
      const key = `${contract} ${right}`;
      return seen.has(key) ? false : seen.add(key) !== undefined;
    }),
  };
}

/**
 * What a state says `holder` may do there, now or later.
 *
 * @param now seconds since the epoch: what is over by then is no right; absent, all is counted
 */
export function rightsIn(state: ContractState, holder: Address, now = 0n): string[] {
  const is = (address: Address | undefined) => address !== undefined && isAddressEqual(address, holder);
  const { manager, timelock, safe, accessControl } = state;
  const found: (string | false)[] = [
    is(state.ownable?.owner) && "owner",
    is(state.ownable?.pendingOwner) && "pending owner",
    is(state.proxy?.admin) && "proxy admin",
    is(state.managed?.authority) && "authority",
    is(accessControl?.defaultAdmin?.admin) && "default admin",
    is(accessControl?.defaultAdmin?.pending?.newAdmin) && "pending default admin",
    // A timelock's roles are also access control: its own names say more.
    ...(timelock === undefined ? (accessControl?.roles ?? []) : []).map(
      (r) => r.members.some(is) && `access-control role ${r.label ?? r.role}`,
    ),
    ...(manager?.roles ?? []).map((r) => r.members.some((m) => is(m.account)) && roleRight(r.id)),
    ...(manager?.operations ?? []).map((o) => is(o.caller) && `scheduled operation ${o.id}`),
    ...(manager?.rotations ?? []).map((r) => (is(r.next) || is(r.previous)) && "pending key rotation"),
    ...TIMELOCK_LISTS.map(([list, name]) => timelock?.[list].some(is) === true && name),
    ...(timelock?.operations ?? []).map(
      (o) =>
        is(o.proposer) && (o.status === "waiting" || o.status === "ready") && `proposed operation ${o.id}`,
    ),
    safe?.owners.some(is) === true && "safe owner",
    safe?.modules.some(is) === true && "safe module",
    is(safe?.guard) && "safe guard",
    ...accountRights(state.account, holder, now),
  ];
  return found.filter((right) => right !== false);
}

/** A guardian's right is a part of one: it is named all the same. */
function accountRights(account: ContractState["account"], holder: Address, now: bigint): (string | false)[] {
  if (account === undefined) return [];
  const { owner, sessions, recovery } = account;
  const is = (signer: Hex) => signer.toLowerCase() === holder.toLowerCase();
  const guardians =
    recovery === undefined || recovery.terms === "0x" ? [] : decodeTerms(recovery.terms).guardians;
  return [
    is(owner) && "account owner",
    recovery?.request !== undefined && is(recovery.request.newOwner) && "pending account owner",
    guardians.some(({ signer }) => is(signer)) && "recovery guardian",
    ...sessions
      .filter(({ revoked }) => !revoked)
      .map(({ terms }) => {
        const { signer, validUntil } = decodeSession(terms);
        // Without the salt, which tells equal terms apart.
        const which = slice(keccak256(slice(terms.toLowerCase() as Hex, 4)), 0, 4);
        return is(signer) && BigInt(validUntil) >= now && `session key (${which})`;
      }),
  ];
}

const TIMELOCK_LISTS = [
  ["proposers", "timelock proposer"],
  ["cancellers", "timelock canceller"],
  ["executors", "timelock executor"],
  ["admins", "timelock admin"],
  ["guardians", "timelock guardian"],
] as const;

function roleRight(id: bigint): string {
  return id === 0n ? "role 0 (ADMIN)" : `role ${id}`;
}

const abi = parseAbi([
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
  "function rolesOf(address account) view returns (uint64[])",
  "function owner() view returns (address)",
  "function pendingOwner() view returns (address)",
  "function isOwner(address account) view returns (bool)",
  "function isModuleEnabled(address module) view returns (bool)",
]);
const accessControlAbi = parseAbi(["function hasRole(bytes32 role, address account) view returns (bool)"]);

const ROLE_HASHES: readonly [Hex, string][] = [
  [zeroHash, "access-control role DEFAULT_ADMIN_ROLE"],
  ...["PROPOSER", "CANCELLER", "EXECUTOR", "GUARDIAN"].map((name): [Hex, string] => [
    keccak256(toHex(`${name}_ROLE`)),
    `timelock ${name.toLowerCase()}`,
  ]),
  ...["MINTER", "PAUSER", "UPGRADER", "BURNER"].map((name): [Hex, string] => [
    keccak256(toHex(`${name}_ROLE`)),
    `access-control role ${name}_ROLE`,
  ]),
];
/** ERC-1967 admin slot: keccak256("eip1967.proxy.admin") - 1. */
const ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";

async function askContract(
  client: PublicClient,
  state: ContractState,
  holder: Address,
  roles: readonly bigint[],
  blockNumber: bigint,
): Promise<string[]> {
  const { address } = state;
  /** Undefined where the contract has no such function. */
  const ask = async <T>(question: Promise<T>): Promise<T | undefined> => question.catch(absent<T>);
  const read = { address, abi, blockNumber } as const;
  const found: string[] = [];

  if (state.manager !== undefined) {
    for (const id of new Set([0n, ...roles])) {
      const answer = await client.readContract({ ...read, functionName: "hasRole", args: [id, holder] });
      if (answer[0]) found.push(roleRight(id));
    }
    // Also grants that wait or are not bound, which `hasRole` denies.
    const granted = await ask(client.readContract({ ...read, functionName: "rolesOf", args: [holder] }));
    for (const id of granted ?? []) found.push(roleRight(id));
  } else {
    for (const [role, name] of ROLE_HASHES) {
      const args = [role, holder] as const;
      const question = {
        address,
        abi: accessControlAbi,
        blockNumber,
        functionName: "hasRole",
        args,
      } as const;
      if ((await ask(client.readContract(question))) !== true) continue;
      found.push(role === zeroHash && state.timelock !== undefined ? "timelock admin" : name);
    }
  }
  for (const [functionName, right] of [
    ["owner", "owner"],
    ["pendingOwner", "pending owner"],
  ] as const) {
    const answer = await ask(client.readContract({ ...read, functionName }));
    if (answer !== undefined && isAddressEqual(answer, holder)) found.push(right);
  }
  const slot = await client.getStorageAt({ address, slot: ADMIN_SLOT, blockNumber });
  if (slot !== undefined && BigInt(slot) !== 0n && getAddress(`0x${slot.slice(-40)}`) === getAddress(holder))
    found.push("proxy admin");
  if (state.safe !== undefined) {
    for (const [functionName, right] of [
      ["isOwner", "safe owner"],
      ["isModuleEnabled", "safe module"],
    ] as const) {
      if (await client.readContract({ ...read, functionName, args: [holder] })) found.push(right);
    }
  }
  return found;
}

/** A revert or an answer of another shape: no such function. Anything else is no answer, and no proof either. */
function absent<T>(error: unknown): T | undefined {
  const text = error instanceof Error ? `${error.name} ${error.message}` : "";
  if (
    /revert|returned no data|zero data|out of bounds|cannot be decoded|InvalidBytes|SizeExceeds|PositionOut/i.test(
      text,
    )
  )
    return undefined;
  throw error;
}
