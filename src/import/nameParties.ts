/** Names for every address of a snapshot, from what it is and whom it has power over. */
import type { Address } from "viem";
import { PortcullisError } from "../errors.ts";
import type { ContractState, Snapshot } from "../snapshot/types.ts";

export interface Party {
  name: string;
  address: Address;
  section: "safes" | "timelocks" | "managers" | "contracts" | "principals";
  /** Absent for keys, and for contracts with no admin surface of their own. */
  state?: ContractState;
}

export interface Parties {
  all: readonly Party[];
  nameOf(address: Address): string;
}

const NAME = /^[A-Za-z][A-Za-z0-9]*$/;

/**
 * @param names given by hand, by lower-case address
 * @throws PortcullisError IMPORT_NAME where a given name is no identifier, or is given twice
 */
export function nameParties(snapshot: Snapshot, names: ReadonlyMap<string, string>): Parties {
  const taken = new Set<string>();
  const all = new Map<string, Party>();
  for (const name of names.values()) {
    if (!NAME.test(name) || taken.has(name)) {
      throw new PortcullisError(
        "IMPORT_NAME",
        `"${name}" cannot be a name here: a letter, then letters and digits, used once`,
        {
          hint: "--address vault=0x…,token=0x…",
          details: { name },
        },
      );
    }
    taken.add(name);
  }
  const free = (stem: string): string => {
    for (let i = 1; ; i++) {
      const name = i === 1 ? stem : `${stem}${i}`;
      if (!taken.has(name)) {
        taken.add(name);
        return name;
      }
    }
  };
  const proxyAdmins = snapshot.contracts.flatMap(({ proxy }) =>
    proxy === undefined ? [] : [proxy.admin.toLowerCase()],
  );
  // What a manager has rules for has to be a contract of the policy, or the roles could not name it.
  const ruled = new Set(
    snapshot.contracts.flatMap(({ manager }) =>
      (manager?.targets ?? []).map((target) => target.address.toLowerCase()),
    ),
  );
  const states = new Map(snapshot.contracts.map((state) => [state.address.toLowerCase(), state]));
  for (const address of addressesOf(snapshot)) {
    const state = states.get(address.toLowerCase());
    const section = ruled.has(address.toLowerCase()) ? sectionOf(state, "contracts") : sectionOf(state);
    const stem =
      proxyAdmins.includes(address.toLowerCase()) && state?.ownable ? "proxyAdmin" : STEMS[section];
    const isKey = section === "principals" && (state?.codehash == null || state.delegate !== undefined);
    const name = names.get(address.toLowerCase()) ?? free(isKey ? "key" : stem);
    all.set(address.toLowerCase(), { name, address, section, ...(state === undefined ? {} : { state }) });
  }
  return {
    all: [...all.values()],
    nameOf: (address) => all.get(address.toLowerCase())?.name ?? address,
  };
}

const STEMS = {
  safes: "safe",
  timelocks: "timelock",
  managers: "manager",
  contracts: "contract",
  principals: "external",
} as const;

function sectionOf(
  state: ContractState | undefined,
  least: Party["section"] = "principals",
): Party["section"] {
  if (state === undefined || state.codehash === null) return least;
  if (state.safe !== undefined) return "safes";
  if (state.timelock !== undefined) return "timelocks";
  if (state.manager !== undefined) return "managers";
  const administered = state.ownable ?? state.accessControl ?? state.managed ?? state.proxy;
  return administered === undefined || isUnsaid(state) ? least : "contracts";
}

/** Every address that a policy of this snapshot has to speak of: what was read, then who is named in it, sorted. */
function addressesOf(snapshot: Snapshot): Address[] {
  const found = new Map<string, Address>();
  const add = (...addresses: readonly Address[]) => {
    for (const address of addresses) if (BigInt(address) !== 0n) found.set(address.toLowerCase(), address);
  };
  for (const state of snapshot.contracts) {
    const { safe, timelock, manager, ownable, accessControl, managed, proxy } = state;
    add(state.address);
    if (safe) add(...safe.owners, ...safe.modules, safe.guard);
    if (timelock) {
      add(...(timelock.postConditions ?? []).map((c) => c.target));
      add(
        ...timelock.proposers,
        ...timelock.executors,
        ...timelock.cancellers,
        ...timelock.guardians,
        ...timelock.admins,
      );
    }
    if (manager)
      add(
        ...manager.roles.flatMap((r) => r.members.map((m) => m.account)),
        ...manager.targets.map((t) => t.address),
      );
    if (ownable) add(ownable.owner);
    if (accessControl) add(...accessControl.roles.flatMap((r) => r.members));
    if (managed) add(managed.authority);
    if (proxy) add(proxy.admin);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address);
}

/** Nothing of its admin side can be written in a policy. */
function isUnsaid({ ownable, accessControl, managed, proxy, delegate }: ContractState): boolean {
  if (delegate !== undefined) return true;
  return (
    (ownable === undefined || BigInt(ownable.owner) === 0n) &&
    accessControl === undefined &&
    managed === undefined &&
    (proxy === undefined || proxy.kind === "unknown")
  );
}
