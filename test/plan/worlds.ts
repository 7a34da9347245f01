/** Random pairs of an observed and a desired state in which nobody is locked out: what a plan must always solve. */
import fc from "fast-check";
import { type Address, getAddress, numberToHex, toFunctionSelector, zeroAddress, zeroHash } from "viem";
import type { CheckedImplementation } from "../../src/plan/index.ts";
import type { Desired, DesiredContract } from "../../src/policy/desired.ts";
import { comparePostConditions } from "../../src/snapshot/comparePostConditions.ts";
import type {
  ContractState,
  DelayState,
  GrantState,
  ManagerState,
  PostCondition,
  SafeState,
  Snapshot,
  TimelockState,
} from "../../src/snapshot/types.ts";

export const NOW = 1_800_000_000n;
const HOUR = 3_600n;
const DAY = 86_400n;

const address = (n: number): Address => getAddress(numberToHex(n, { size: 20 }));
export const KEYS: readonly Address[] = Array.from({ length: 8 }, (_, i) => address(0x1000 + i));
export const SAFE = address(0x2001);
export const TIMELOCK = address(0x2002);
export const MANAGER = address(0x2003);
export const OWNABLE = address(0x2004);
export const TWO_STEP = address(0x2005);
export const CONTROL = address(0x2006);
export const RULED = address(0x2007);
export const UPGRADED = address(0x2008);
const CODES: readonly Address[] = [address(0x4001), address(0x4002)];
/** Both were checked against each other, as the project's edge would. */
export const IMPLEMENTATIONS: readonly CheckedImplementation[] = CODES.map((implementation) => ({
  proxy: UPGRADED,
  implementation,
  safe: true,
  codehash: zeroHash,
  answersImplementation: false,
}));
export const TARGETS: readonly Address[] = [address(0x3001), address(0x3002)];
export const NAMES: Readonly<Record<string, Address>> = {
  ...Object.fromEntries(KEYS.map((key, i) => [`key${i}`, key])),
  safe: SAFE,
  timelock: TIMELOCK,
  manager: MANAGER,
  ownable: OWNABLE,
  twoStep: TWO_STEP,
  control: CONTROL,
  ruled: RULED,
  upgraded: UPGRADED,
  x: TARGETS[0] as Address,
  y: TARGETS[1] as Address,
};
const SELECTORS = [
  toFunctionSelector("function withdraw()"),
  toFunctionSelector("function setLimit(uint256)"),
].sort();
const CONDITIONS: readonly PostCondition[] = [0, 1, 2].map((n) => ({
  target: TARGETS[0] as Address,
  data: SELECTORS[0] as `0x${string}`,
  comparison: (["equals", "atLeast", "atMost"] as const)[n as 0 | 1 | 2],
  expected: numberToHex(n, { size: 32 }),
  until: 0n,
}));
const ADMIN: `0x${string}` = zeroHash;
const ROLE: `0x${string}` = `0x${"11".repeat(32)}`;

export const still = (seconds: bigint): DelayState => ({ current: seconds, pending: seconds, effect: 0n });
const byAddress = (a: Address, b: Address) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);
const some = (pool: readonly Address[], minLength: number) =>
  fc
    .subarray([...pool], { minLength, maxLength: Math.min(pool.length, 4) })
    .map((list) => list.sort(byAddress));

/** Who may own or administer: keys at hand, the Safe, the timelock. */
const holder = fc.constantFrom(...KEYS.slice(0, 4), SAFE, TIMELOCK);
const HOLDERS = [...KEYS.slice(0, 4), SAFE, TIMELOCK];

const safe: fc.Arbitrary<SafeState> = some(KEYS, 1)
  .chain((owners) =>
    fc.tuple(
      fc.constant(owners),
      fc.integer({ min: 1, max: owners.length }),
      some(TARGETS, 0),
      fc.boolean(),
      fc.boolean(),
    ),
  )
  .map(([owners, threshold, modules, guarded, reversed]) => ({
    version: "1.4.1",
    owners,
    ownerList: reversed ? owners.toReversed() : owners,
    threshold,
    nonce: 0n,
    modules,
    moduleList: modules.toReversed(),
    guard: guarded ? (TARGETS[0] as Address) : zeroAddress,
    fallbackHandler: zeroAddress,
    singleton: zeroAddress,
  }));

const timelock = (flavour: TimelockState["flavour"]): fc.Arbitrary<TimelockState> =>
  fc
    .tuple(
      some([...KEYS.slice(0, 3), SAFE], 1),
      fc.oneof(some([...KEYS.slice(0, 2), SAFE], 1), fc.constant([zeroAddress as Address])),
      some(KEYS, 0),
      some(KEYS.slice(4), 0),
      some(KEYS.slice(2, 5), 0),
      fc.constantFrom(DAY, 2n * DAY, 3n * DAY),
      fc.nat({ max: 2 }),
      fc.subarray([...CONDITIONS], { maxLength: 3 }),
    )
    .map(([proposers, executors, cancellers, guardians, admins, delay, suspended, conditions]) => ({
      flavour,
      delay: still(delay),
      ...(flavour === "portcullis" ? { floor: DAY, ceiling: 30n * DAY, expiry: 14n * DAY } : {}),
      proposers,
      executors,
      cancellers,
      guardians: flavour === "portcullis" ? guardians : [],
      admins: flavour === "portcullis" ? [TIMELOCK] : [...admins, TIMELOCK].sort(byAddress),
      // At least one stays active: a guardian cannot suspend the last.
      suspended:
        flavour === "portcullis" ? proposers.slice(0, Math.min(suspended, proposers.length - 1)) : [],
      ...(flavour === "portcullis"
        ? { postConditions: conditions.map((c, index) => ({ ...c, index })).sort(comparePostConditions) }
        : {}),
      operations: [],
    }));

const members = (
  flavour: ManagerState["flavour"],
  pool: readonly Address[],
  minLength: number,
  longest: bigint,
  expiring: boolean,
) =>
  some(pool, minLength).chain((accounts) =>
    fc.tuple(
      ...accounts.map((account) =>
        fc.record({
          account: fc.constant(account),
          since: fc.constant(0n),
          until:
            flavour === "portcullis" && expiring
              ? fc.constantFrom(0n, NOW + 300n * DAY, NOW + 400n * DAY)
              : fc.constant(0n),
          delay: fc.constantFrom(...[0n, HOUR, 2n * HOUR].filter((d) => d <= longest)).map(still),
        }),
      ),
    ),
  ) as fc.Arbitrary<GrantState[]>;

const manager = (flavour: ManagerState["flavour"]): fc.Arbitrary<ManagerState> => {
  // A grant delay never goes below an execution delay that was ever given, so both sides allow the longest one.
  const role = (id: bigint, admin: fc.Arbitrary<bigint>, pool: readonly Address[], minLength: number) =>
    fc.constantFrom(2n * HOUR, DAY, 2n * DAY).chain((grantDelay) =>
      fc.record({
        id: fc.constant(id),
        admin,
        guardian: id === 0n ? fc.constant(0n) : fc.constantFrom(0n, 1n, 2n),
        grantDelay: fc.constant(still(grantDelay)),
        keyBound: fc.constant(false),
        members: members(flavour, pool, minLength, grantDelay, id !== 0n),
      }),
    );
  const target = (at: Address) =>
    fc.record({
      address: fc.constant(at),
      closed: fc.boolean(),
      adminDelay: fc.constantFrom(0n, DAY).map(still),
      functions: fc
        .tuple(...SELECTORS.map((selector) => fc.tuple(fc.constant(selector), fc.constantFrom(0n, 1n, 2n))))
        .map((list) => list.filter(([, id]) => id !== 0n).map(([selector, id]) => ({ selector, role: id }))),
    });
  return fc
    .tuple(
      role(0n, fc.constant(0n), HOLDERS, 1),
      role(1n, fc.constantFrom(0n, 2n), KEYS, 0),
      role(2n, fc.constant(0n), HOLDERS, 1),
      fc.tuple(...TARGETS.map(target)),
    )
    .map(([admin, first, second, targets]) => ({
      flavour,
      roles: [admin, first, second],
      targets: targets.filter((t) => t.closed || t.adminDelay.current > 0n || t.functions.length > 0),
      operations: [],
      bindings: [],
    }));
};

const control = (ruled: boolean): fc.Arbitrary<NonNullable<ContractState["accessControl"]>> =>
  fc
    .tuple(holder, some(HOLDERS, 1), some(KEYS, 0), fc.constantFrom(0n, DAY, 3n * DAY))
    .map(([admin, admins, others, delay]) => ({
      roles: [
        { role: ADMIN, admin: ADMIN, members: ruled ? [admin] : admins },
        { role: ROLE, admin: ADMIN, members: others },
      ],
      ...(ruled ? { defaultAdmin: { admin, delay } } : {}),
    }));

type Side = readonly ContractState[];

const side = (flavours: {
  timelock: TimelockState["flavour"];
  manager: ManagerState["flavour"];
}): fc.Arbitrary<Side> =>
  fc
    .tuple(
      safe,
      timelock(flavours.timelock),
      manager(flavours.manager),
      holder,
      holder,
      fc.constantFrom(zeroAddress, ...KEYS),
      control(false),
      control(true),
      holder,
      fc.constantFrom(...CODES),
    )
    .map(([s, t, m, owner, owner2, pending, plain, ruled, upgrader, implementation]) => {
      const state = (at: Address, surface: Omit<ContractState, "address" | "codehash">): ContractState => ({
        address: at,
        codehash: zeroHash,
        ...surface,
      });
      return [
        state(SAFE, { safe: s }),
        state(TIMELOCK, { timelock: t }),
        state(MANAGER, { manager: m }),
        state(OWNABLE, { ownable: { owner } }),
        state(TWO_STEP, { ownable: { owner: owner2, pendingOwner: pending } }),
        state(CONTROL, { accessControl: plain }),
        state(RULED, { accessControl: ruled }),
        state(UPGRADED, {
          ownable: { owner: upgrader },
          proxy: {
            kind: "uups",
            implementation,
            implementationCodehash: zeroHash,
            admin: zeroAddress,
            beacon: zeroAddress,
          },
        }),
      ];
    });

export interface World {
  desired: Desired;
  snapshot: Snapshot;
}

export const worlds: fc.Arbitrary<World> = fc
  .record({
    timelock: fc.constantFrom("portcullis" as const, "openzeppelin" as const),
    manager: fc.constantFrom("portcullis" as const, "openzeppelin" as const),
  })
  .chain((flavours) => fc.tuple(side(flavours), side(flavours)))
  .map(([found, wanted]) => ({ snapshot: snapshotOf(found), desired: desiredOf(wanted) }));

export function snapshotOf(contracts: Side, now = NOW): Snapshot {
  return { chainId: 31337, block: { number: 1n, hash: zeroHash, timestamp: now }, contracts };
}

/** A desired state with the names above; pending things are no wish. */
export function desiredOf(
  contracts: Side,
  names: Readonly<Record<string, Address>> = NAMES,
  signers = KEYS,
): Desired {
  const nameOf = (at: Address) => Object.entries(names).find(([, a]) => a === at)?.[0] ?? at;
  return {
    policyHash: zeroHash,
    policyName: "test",
    network: "hardhat",
    chainId: 31337,
    tier: "development",
    signers: signers.map((key, account) => ({
      name: nameOf(key),
      address: key,
      source: { provider: "development", account },
      tier: "development",
      custody: zeroHash,
    })),
    principals: signers.map((key) => ({ name: nameOf(key), address: key, kind: "key", signer: nameOf(key) })),
    contracts: contracts.map(
      (state): DesiredContract => ({ ...settleWish(state), codehash: null, name: nameOf(state.address) }),
    ),
    book: { chainId: 31337, entries: Object.entries(names).map(([name, at]) => ({ name, address: at })) },
    fees: { speed: "normal" },
    verification: {},
    invariants: [],
    accept: {},
    unresolved: [],
  };
}

function settleWish(state: ContractState): ContractState {
  if (state.ownable !== undefined) return { ...state, ownable: { owner: state.ownable.owner } };
  if (state.timelock !== undefined) {
    const { postConditions, ...timelockState } = state.timelock;
    const wishes = postConditions?.map(({ index: _, ...condition }) => condition);
    return {
      ...state,
      timelock: { ...timelockState, suspended: [], ...(wishes ? { postConditions: wishes } : {}) },
    };
  }
  if (state.safe === undefined) return state;
  const { ownerList: _owners, moduleList: _modules, ...safeState } = state.safe;
  return { ...state, safe: safeState };
}
