import { expect } from "chai";
import {
  type Address,
  encodeFunctionData,
  getAddress,
  numberToHex,
  parseAbi,
  zeroAddress,
  zeroHash,
} from "viem";
import { describeDrift, planChanges } from "../../src/plan/index.ts";
import type { ContractState, ManagerState, RoleState, TimelockState } from "../../src/snapshot/types.ts";
import {
  CONTROL,
  desiredOf,
  KEYS,
  MANAGER,
  NAMES,
  NOW,
  OWNABLE,
  RULED,
  SAFE,
  snapshotOf,
  still,
  TIMELOCK,
  TWO_STEP,
} from "./worlds.ts";

const DAY = 86_400n;
const [key0, key1, key2] = KEYS as readonly [Address, Address, Address];
const stranger = getAddress(numberToHex(0x9999, { size: 20 }));
const transfer = (to: Address, next: Address) => ({
  to,
  value: 0n,
  data: encodeFunctionData({ abi: parseAbi(["function transferOwnership(address)"]), args: [next] }),
});

const state = (address: Address, surface: Omit<ContractState, "address" | "codehash">): ContractState => ({
  address,
  codehash: zeroHash,
  ...surface,
});

const timelock = (changes: Partial<TimelockState> = {}): ContractState =>
  state(TIMELOCK, {
    timelock: {
      flavour: "openzeppelin",
      delay: still(2n * DAY),
      proposers: [key0],
      cancellers: [],
      executors: [zeroAddress],
      admins: [TIMELOCK],
      guardians: [],
      suspended: [],
      operations: [],
      ...changes,
    },
  });

const role = (id: bigint, members: readonly Address[], changes: Partial<RoleState> = {}): RoleState => ({
  id,
  admin: 0n,
  guardian: 0n,
  grantDelay: still(DAY),
  keyBound: false,
  members: members.map((account) => ({ account, since: 1n, until: 0n, delay: still(0n) })),
  ...changes,
});

const manager = (roles: readonly RoleState[], changes: Partial<ManagerState> = {}): ContractState =>
  state(MANAGER, {
    manager: { flavour: "portcullis", roles, targets: [], operations: [], bindings: [], ...changes },
  });

const plan = (
  wanted: readonly ContractState[],
  found: readonly ContractState[],
  more: { signers?: readonly Address[]; names?: Record<string, Address> } = {},
) =>
  planChanges(desiredOf(wanted, { ...NAMES, ...more.names }, more.signers ?? KEYS), snapshotOf(found), {
    now: NOW,
  });

const titles = (steps: ReturnType<typeof plan>["steps"]) => steps.flatMap((step) => step.titles);

describe("planChanges: what is under way", () => {
  const owned = (owner: Address) => state(OWNABLE, { ownable: { owner } });
  const scheduled = (
    calls: readonly ReturnType<typeof transfer>[],
    status: "waiting" | "ready" | "expired" = "waiting",
  ) =>
    timelock({
      operations: [
        {
          id: `0x${"ab".repeat(32)}`,
          calls,
          predecessor: zeroHash,
          salt: `0x${"cd".repeat(32)}`,
          readyAt: NOW + 100n,
          expiresAt: 0n,
          status,
        },
      ],
    });

  it("behavior: a scheduled operation with the same calls is executed, not scheduled again", () => {
    const { steps } = plan(
      [owned(key1), timelock()],
      [owned(TIMELOCK), scheduled([transfer(OWNABLE, key1)])],
    );
    expect(steps).to.have.length(1);
    expect(steps[0]?.underway).to.include({ id: `0x${"ab".repeat(32)}`, readyAt: NOW + 100n });
    expect(steps[0]?.earliest.done).to.equal(NOW + 100n);
  });

  it("behavior: one that carries anything else is left alone", () => {
    const { steps } = plan(
      [owned(key1), timelock()],
      [owned(TIMELOCK), scheduled([transfer(OWNABLE, key1), transfer(OWNABLE, stranger)])],
    );
    expect(steps.map((step) => step.underway)).to.deep.equal([undefined]);
  });

  it("behavior: one that expired is scheduled again", () => {
    const { steps } = plan(
      [owned(key1), timelock()],
      [owned(TIMELOCK), scheduled([transfer(OWNABLE, key1)], "expired")],
    );
    expect(steps.map((step) => step.underway)).to.deep.equal([undefined]);
  });

  it("behavior: a pending owner only has to accept", () => {
    const { steps } = plan(
      [state(TWO_STEP, { ownable: { owner: key1 } })],
      [state(TWO_STEP, { ownable: { owner: key0, pendingOwner: key1 } })],
    );
    expect(titles(steps)).to.deep.equal(["Accept twoStep as key1, its pending owner"]);
    expect(steps[0]?.route).to.deep.equal({ kind: "direct", from: key1 });
  });

  it("behavior: a begun default admin transfer is accepted once its wait is over", () => {
    const rules = (admin: Address, pending?: { newAdmin: Address; schedule: bigint }) =>
      state(RULED, {
        accessControl: { roles: [], defaultAdmin: { admin, delay: DAY, ...(pending && { pending }) } },
      });
    const { steps } = plan([rules(key1)], [rules(key0, { newAdmin: key1, schedule: NOW + 500n })]);
    expect(steps.map((step) => step.earliest.begin)).to.deep.equal([NOW + 501n]);
  });

  it("behavior: a pending grant and a pending delay are waited for, and nothing is sent", () => {
    const waiting = role(1n, [key1]);
    const found = manager([
      role(0n, [key0]),
      {
        ...waiting,
        members: waiting.members.map((m) => ({ ...m, since: NOW + 60n })),
        grantDelay: { current: 2n * DAY, pending: DAY, effect: NOW + 90n },
      },
    ]);
    const { steps, waits } = plan([manager([role(0n, [key0]), role(1n, [key1])])], [found]);
    expect(steps).to.deep.equal([]);
    expect(waits.map((wait) => wait.until)).to.deep.equal([NOW + 90n, NOW + 60n]);
  });
});

describe("planChanges: what cannot be repaired", () => {
  const messageOf = (found: ReturnType<typeof plan>) => found.findings.map((f) => f.message).join();

  it("behavior: an owner whom the policy does not know is said", () => {
    const found = plan(
      [state(OWNABLE, { ownable: { owner: key0 } })],
      [state(OWNABLE, { ownable: { owner: stranger } })],
    );
    expect(found.steps).to.deep.equal([]);
    expect(messageOf(found)).to.match(
      /^cannot be repaired by Portcullis: only 0x.*9999 can do it .*no signer/,
    );
  });

  it("behavior: what a constructor fixed is said, and the rest is planned", () => {
    const [wanted, found] = [
      timelock({ flavour: "portcullis", floor: 2n * DAY, cancellers: [key1] }),
      timelock({ flavour: "portcullis", floor: DAY }),
    ];
    const made = plan([wanted], [found]);
    expect(titles(made.steps)).to.deep.equal(["Make key1 canceller of timelock"]);
    expect(messageOf(made)).to.match(/the floor of a timelock is fixed/);
  });

  it("behavior: a role that nobody can change is said", () => {
    const wanted = state(CONTROL, {
      accessControl: {
        roles: [{ role: `0x${"11".repeat(32)}`, admin: `0x${"22".repeat(32)}`, members: [key0] }],
      },
    });
    const found = state(CONTROL, {
      accessControl: {
        roles: [{ role: `0x${"11".repeat(32)}`, admin: `0x${"22".repeat(32)}`, members: [] }],
      },
    });
    expect(messageOf(plan([wanted], [found]))).to.match(/nobody holds the power/);
  });

  it("behavior: the last admin stays where the policy names no other", () => {
    const made = plan([manager([role(0n, [])])], [manager([role(0n, [key0])])]);
    expect(made.steps).to.deep.equal([]);
    expect(messageOf(made)).to.match(/nobody would hold this power/);
  });

  it("behavior: a contract without code asks for a deployment", () => {
    const made = plan([state(OWNABLE, { ownable: { owner: key0 } })], [{ address: OWNABLE, codehash: null }]);
    expect(made.findings.map((f) => f.hint)).to.deep.equal(["npx hardhat deploy"]);
  });
});

describe("planChanges: order and lanes", () => {
  it("behavior: an unknown member is revoked at once, though it is the last; a known one when another has the power", () => {
    const wanted = manager([role(0n, [key0]), role(1n, [key1])]);
    const unknown = plan([wanted], [manager([role(0n, [key0]), role(1n, [stranger])])]);
    expect(unknown.steps.map((step) => step.effect)).to.deep.equal(["tightening", "loosening"]);
    const known = plan([wanted], [manager([role(0n, [key0]), role(1n, [key2])])]);
    expect(known.steps.map((step) => step.effect)).to.deep.equal(["loosening", "tightening"]);
    expect(known.steps[1]?.earliest.begin).to.equal(NOW + DAY);
  });

  it("behavior: tightening takes the key's lane, loosening the timelock's, where both could", () => {
    const found = [manager([role(0n, [key0, TIMELOCK]), role(1n, [stranger])]), timelock()];
    const { steps } = plan([manager([role(0n, [key0, TIMELOCK]), role(1n, [key1])]), timelock()], found);
    expect(steps.map((step) => [step.effect, step.route.kind])).to.deep.equal([
      ["tightening", "direct"],
      ["loosening", "timelock"],
    ]);
  });

  it("behavior: calls that go the same way are one operation", () => {
    const found = [manager([role(0n, [TIMELOCK]), role(1n, [])]), timelock()];
    const { steps } = plan([manager([role(0n, [TIMELOCK]), role(1n, [key1, key2])]), timelock()], found);
    expect(steps.map((step) => step.calls.length)).to.deep.equal([2]);
  });

  it("behavior: an admin key is not given up while only it can do the rest", () => {
    const wanted = timelock({ proposers: [key1], admins: [TIMELOCK] });
    const { steps } = plan([wanted], [timelock({ proposers: [], executors: [], admins: [key0, TIMELOCK] })]);
    expect(titles(steps).at(-1)).to.equal("Take admin of timelock from key0");
  });

  it("behavior: the only hand that can still grant is kept until it has granted", () => {
    // Once key0 has lost role 2, only a contract that nobody can act as could grant role 1.
    const contract = NAMES.x as Address;
    const admin = role(0n, [key2]);
    const found = manager([admin, role(1n, [], { admin: 2n }), role(2n, [key0, contract])]);
    const wanted = manager([admin, role(1n, [key1], { admin: 2n }), role(2n, [contract])]);
    const made = plan([wanted], [found]);
    expect(made.findings).to.deep.equal([]);
    expect(made.steps.map((step) => step.effect)).to.deep.equal(["loosening", "tightening"]);
  });

  it("behavior: nothing is handed to a timelock that cannot act", () => {
    const wanted = [state(OWNABLE, { ownable: { owner: TIMELOCK } }), timelock({ proposers: [] })];
    const made = plan(wanted, [state(OWNABLE, { ownable: { owner: key0 } }), timelock({ proposers: [] })]);
    expect(made.steps).to.deep.equal([]);
    expect(made.findings.map((f) => f.message).join()).to.match(/it has no proposer yet/);
  });
});

describe("planChanges: a key that changed", () => {
  const safe = (owners: readonly Address[]) =>
    state(SAFE, {
      safe: {
        version: "1.4.1",
        owners,
        ownerList: owners,
        threshold: 1,
        nonce: 0n,
        modules: [],
        guard: zeroAddress,
        fallbackHandler: zeroAddress,
        singleton: zeroAddress,
      },
    });
  const bound = (account: Address) => ({
    account,
    provider: "",
    custody: zeroHash,
    tier: "development" as const,
    rotateBy: 0n,
    status: "valid" as const,
  });
  const old = getAddress(numberToHex(0x7777, { size: 20 }));
  const found = [
    manager([role(0n, [key0]), role(1n, [old], { keyBound: true }), role(2n, [old])], {
      bindings: [bound(old), bound(key1)],
    }),
    timelock({ proposers: [key0, old], admins: [key0, TIMELOCK] }),
    safe([old, key2]),
  ];
  const wanted = [
    manager([role(0n, [key0]), role(1n, [key1], { keyBound: true }), role(2n, [key1])], {
      bindings: [bound(key1)],
    }),
    timelock({ proposers: [key0, key1], admins: [key0, TIMELOCK] }),
    safe([key1, key2]),
  ];

  it("behavior: its roles are rotated, its memberships replaced, in one plan", () => {
    const all = titles(plan(wanted, found).steps);
    expect(all).to.include(`Ask to hand all roles of ${old} on manager to key1`);
    expect(all).to.include(`Hand all roles of ${old} on manager to key1`);
    expect(all).to.include(`Replace the owner ${old} of safe by key1`);
    expect(all).to.include("Make key1 proposer of timelock");
    expect(all).to.include(`Take proposer of timelock from ${old}`);
    expect(all.filter((title) => /^(Grant|Revoke) /.test(title))).to.deep.equal([]);
  });

  it("behavior: a requested rotation is executed when it has waited", () => {
    const [state, ...others] = found as [ContractState, ...ContractState[]];
    const pending = { previous: old, next: key1, readyAt: NOW + DAY, expiresAt: NOW + 9n * DAY };
    const asked = { ...state, manager: { ...(state.manager as ManagerState), rotations: [pending] } };
    const { steps } = plan(wanted, [asked, ...others]);
    expect(titles(steps)).not.to.include(`Ask to hand all roles of ${old} on manager to key1`);
    const step = steps.find((s) => s.title === `Hand all roles of ${old} on manager to key1`);
    expect(step?.earliest.begin).to.equal(NOW + DAY);
  });
});

describe("describeDrift", () => {
  it("behavior: says what differs, how bad it is, and which step repairs it", () => {
    const wanted = desiredOf([manager([role(0n, [key0]), role(1n, [key1])])]);
    const snapshot = snapshotOf([manager([role(0n, [key0]), role(1n, [key1, stranger])])]);
    const made = planChanges(wanted, snapshot, { now: NOW });
    expect(describeDrift(wanted, snapshot, made, { now: NOW })).to.deep.equal([
      {
        path: `manager.roles.1.members.${stranger}`,
        wanted: "not a member",
        found: "at once, without end",
        severity: "high",
        step: made.steps[0]?.id,
      },
    ]);
  });
});
