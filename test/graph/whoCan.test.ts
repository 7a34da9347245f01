import { expect } from "chai";
import {
  type Address,
  getAddress,
  type Hex,
  keccak256,
  toFunctionSelector,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { encodeTerms, type RecoveryTerms } from "../../src/accounts/recovery/terms.ts";
import { encodeSession } from "../../src/accounts/sessions/encodeSession.ts";
import type { Session } from "../../src/accounts/sessions/session.ts";
import { formatReach } from "../../src/graph/formatReach.ts";
import { nameFrom } from "../../src/graph/names.ts";
import { whoCan } from "../../src/graph/whoCan.ts";
import { deriveRoleId } from "../../src/policy/roleId.ts";
import { sortAddresses } from "../../src/snapshot/sortAddresses.ts";
import type {
  ContractState,
  GrantState,
  GuardianRecoveryState,
  ManagerState,
  ProxyState,
  RoleState,
  SafeState,
  SmartAccountState,
  TimelockState,
} from "../../src/snapshot/types.ts";

const HOUR = 3_600n;
const DAY = 24n * HOUR;
const NOW = 1_800_000_000n;
const PAUSER = deriveRoleId("pauser");
const SET: Hex = "0x60fe47b1";
const UPGRADE: Hex = "0x4f1ef286";

/** Contracts have 0xc…, keys have 0xe…, so that failures can be read. */
const at = (n: number): Address => getAddress(`0x${"c".repeat(36)}${n.toString(16).padStart(4, "0")}`);
const key = (n: number): Address => getAddress(`0x${"e".repeat(36)}${n.toString(16).padStart(4, "0")}`);
const settled = (seconds: bigint) => ({ current: seconds, pending: seconds, effect: 0n });
const contract = (
  address: Address,
  surfaces: Omit<ContractState, "address" | "codehash">,
): ContractState => ({
  address,
  codehash: keccak256("0x01"),
  ...surfaces,
});
const world = (...contracts: ContractState[]) => ({
  block: { number: 1n, hash: zeroHash, timestamp: NOW },
  contracts,
});
const safe = (threshold: number, owners: Address[], modules: Address[] = []): SafeState => ({
  version: "1.4.1",
  owners: sortAddresses(owners),
  threshold,
  nonce: 0n,
  modules,
  guard: zeroAddress,
  fallbackHandler: zeroAddress,
  singleton: at(0xffff),
});
const timelock = (delay: bigint, proposers: Address[], more: Partial<TimelockState> = {}): TimelockState => ({
  flavour: "openzeppelin",
  delay: settled(delay),
  proposers,
  cancellers: [],
  executors: [zeroAddress],
  admins: [],
  guardians: [],
  suspended: [],
  operations: [],
  ...more,
});
const grant = (account: Address, delay = 0n, more: Partial<GrantState> = {}): GrantState => ({
  account,
  since: NOW - DAY,
  until: 0n,
  delay: settled(delay),
  ...more,
});
const role = (id: bigint, members: GrantState[], more: Partial<RoleState> = {}): RoleState => ({
  id,
  admin: 0n,
  guardian: 0n,
  grantDelay: settled(0n),
  keyBound: false,
  members,
  ...more,
});
const manager = (
  roles: RoleState[],
  target: Address,
  functions: Record<Hex, bigint>,
  more: Partial<ManagerState> = {},
): ManagerState => ({
  flavour: "openzeppelin",
  roles,
  targets: [
    {
      address: target,
      closed: false,
      adminDelay: settled(0n),
      functions: Object.entries(functions).map(([selector, id]) => ({ selector: selector as Hex, role: id })),
    },
  ],
  operations: [],
  bindings: [],
  ...more,
});
const proxy = (kind: ProxyState["kind"], more: Partial<ProxyState> = {}): ProxyState => ({
  kind,
  implementation: at(0xabc),
  implementationCodehash: zeroHash,
  admin: zeroAddress,
  beacon: zeroAddress,
  ...more,
});

describe("graph/whoCan", () => {
  const vault = at(1);

  it("behavior: an owner can at once, and a pending owner as well", () => {
    const reach = whoCan(world(contract(vault, { ownable: { owner: key(1), pendingOwner: key(2) } })), {
      target: vault,
      selector: SET,
    });
    expect(reach.paths.map((path) => [path.by, path.delay])).to.deep.equal([
      [{ kind: "address", address: key(1) }, 0n],
      [{ kind: "address", address: key(2) }, 0n],
    ]);
    expect(reach.smallest).to.deep.equal({ holders: [key(1)], delay: 0n, exact: true });
  });

  it("behavior: nobody can where the owner is the zero address", () => {
    const reach = whoCan(world(contract(vault, { ownable: { owner: zeroAddress } })), {
      target: vault,
      selector: SET,
    });
    expect(reach).to.deep.equal({ target: vault, selector: SET, paths: [], complete: true, delegated: [] });
  });

  it("behavior: through a timelock and a Safe, delays add up and vetoers are named", () => {
    const owners = [1, 2, 3, 4, 5].map(key);
    const reach = whoCan(
      world(
        contract(vault, { ownable: { owner: at(2) } }),
        contract(at(2), { timelock: timelock(2n * DAY, [at(3)], { cancellers: [at(4)] }) }),
        contract(at(3), { safe: safe(3, owners) }),
        contract(at(4), { safe: safe(1, [key(9)]) }),
      ),
      { target: vault, selector: SET },
    );
    expect(reach.paths).to.have.length(1);
    expect(reach.paths[0]).to.deep.include({
      delay: 2n * DAY,
      vetoers: [at(4)],
      expires: 0n,
      assumed: false,
    });
    expect(reach.paths[0]?.steps.map((step) => step.via.kind)).to.deep.equal([
      "owner",
      "timelock",
      "duty",
      "safe",
    ]);
    expect(reach.smallest?.holders).to.have.length(3);
    expect(reach.smallest?.exact).to.equal(true);
    expect(reach.fastest).to.equal(2n * DAY);
  });

  it("behavior: who executes may be slower than the delay, and then decides", () => {
    const contracts = [
      contract(vault, { ownable: { owner: at(2) } }),
      contract(at(2), { timelock: timelock(1n * DAY, [key(1)], { executors: [at(3)] }) }),
      contract(at(3), { timelock: timelock(5n * DAY, [key(2)]) }),
    ];
    const reach = whoCan(world(...contracts), { target: vault, selector: SET });
    expect(reach.fastest).to.equal(5n * DAY);
    expect(reach.paths[0]?.delay).to.equal(5n * DAY);
    expect(reach.smallest?.holders).to.deep.equal([key(1), key(2)]);
  });

  it("behavior: a module is a way past a Safe's threshold", () => {
    const reach = whoCan(
      world(
        contract(vault, { ownable: { owner: at(3) } }),
        contract(at(3), { safe: safe(3, [1, 2, 3].map(key), [key(7)]) }),
      ),
      { target: vault, selector: SET },
    );
    expect(reach.smallest?.holders).to.deep.equal([key(7)]);
    expect(reach.paths.map((path) => path.steps.at(-1)?.via.kind)).to.have.members(["safe", "module"]);
  });

  it("behavior: keys that sit in two Safes count once", () => {
    const shared = [key(1), key(2)];
    const reach = whoCan(
      world(
        contract(vault, { ownable: { owner: at(2) } }),
        contract(at(2), { timelock: timelock(DAY, [at(3)], { executors: [at(4)] }) }),
        contract(at(3), { safe: safe(2, [...shared, key(3)]) }),
        contract(at(4), { safe: safe(2, [...shared, key(4)]) }),
      ),
      { target: vault, selector: SET },
    );
    expect(reach.smallest?.holders).to.deep.equal(shared);
  });

  it("behavior: a council of councils needs the fewest of the fewest", () => {
    const councils = [0, 1, 2, 3, 4].map((n) =>
      contract(at(10 + n), {
        safe: safe(
          3,
          [0, 1, 2, 3, 4].map((m) => key(10 * n + m)),
        ),
      }),
    );
    const reach = whoCan(
      world(
        contract(vault, { ownable: { owner: at(3) } }),
        contract(at(3), {
          safe: safe(
            3,
            councils.map((c) => c.address),
          ),
        }),
        ...councils,
      ),
      { target: vault, selector: SET },
    );
    expect(reach.smallest?.holders).to.have.length(9);
    expect(reach.smallest?.exact).to.equal(true);
  });

  describe("through a manager", () => {
    const authority = at(5);
    const managed = contract(vault, { managed: { authority } });
    const ask = (state: ManagerState, ...others: ContractState[]) =>
      whoCan(world(managed, contract(authority, { manager: state }), ...others), {
        target: vault,
        selector: SET,
      });

    it("behavior: members wait their execution delay; those who could grant the role to themselves wait the grant delay", () => {
      const reach = ask(
        manager(
          [
            role(0n, [grant(key(1))]),
            role(7n, [grant(key(2), HOUR)], { admin: 8n, guardian: 9n, grantDelay: settled(3n * DAY) }),
            role(8n, [grant(key(3))]),
            role(9n, [grant(key(4))]),
          ],
          vault,
          { [SET]: 7n },
        ),
      );
      const ways = reach.paths.map((path) => [
        path.by,
        path.delay,
        path.steps.map((step) => step.via.kind).join(" "),
      ]);
      expect(ways).to.deep.include([{ kind: "address", address: key(2) }, HOUR, "restricted member"]);
      expect(ways).to.deep.include([
        { kind: "address", address: key(3) },
        3n * DAY,
        "restricted grant member",
      ]);
      expect(ways).to.deep.include([{ kind: "address", address: key(1) }, 0n, "remap member"]);
      expect(reach.paths.find((path) => path.delay === HOUR)?.vetoers).to.deep.equal(
        sortAddresses([key(4), key(1)]),
      );
      expect(reach.fastest).to.equal(0n);
    });

    it("behavior: the target's admin delay slows what admins can do about its functions", () => {
      const state = manager([role(0n, [grant(key(1))]), role(7n, [grant(key(2), 30n * DAY)])], vault, {
        [SET]: 7n,
      });
      const slowed = {
        ...state,
        targets: state.targets.map((t) => ({ ...t, adminDelay: settled(4n * DAY) })),
      };
      const reach = ask({
        ...slowed,
        roles: slowed.roles.map((r) => ({ ...r, grantDelay: settled(10n * DAY) })),
      });
      expect(reach.fastest).to.equal(4n * DAY);
    });

    it("behavior: expired, late and unbound members have no power; pending ones have it when they begin", () => {
      const members = [
        grant(key(2), 0n, { until: NOW }),
        grant(key(3), 2n * HOUR, { until: NOW + HOUR }),
        grant(key(4)),
        grant(key(5), 0n, { since: NOW + DAY, until: NOW + 9n * DAY }),
      ];
      const bindings = [
        {
          account: key(5),
          provider: "p",
          custody: zeroHash,
          tier: "production",
          rotateBy: 0n,
          status: "valid",
        },
      ] as const;
      const reach = ask(
        manager([role(0n, []), role(7n, members, { keyBound: true })], vault, { [SET]: 7n }, { bindings }),
      );
      expect(reach.paths.map((path) => [path.by, path.delay, path.expires])).to.deep.equal([
        [{ kind: "address", address: key(5) }, DAY, NOW + 9n * DAY],
      ]);
    });

    it("behavior: an unmapped function needs ADMIN, PUBLIC lets anyone, a closed target waits for an admin", () => {
      const roles = [role(0n, [grant(key(1))]), role(7n, [grant(key(2))])];
      expect(ask(manager(roles, vault, {})).smallest?.holders).to.deep.equal([key(1)]);
      const open = ask(manager(roles, vault, { [SET]: 2n ** 64n - 1n }));
      expect(open.smallest?.holders).to.deep.equal([]);
      expect(open.paths[0]?.by).to.deep.equal({ kind: "anyone" });
      const state = manager(roles, vault, { [SET]: 7n });
      const closed = ask({ ...state, targets: state.targets.map((t) => ({ ...t, closed: true })) });
      expect(closed.paths.map((path) => path.steps.map((step) => step.via.kind).join(" "))).to.deep.equal([
        "remap member",
      ]);
    });

    it("behavior: who upgrades the target can do everything, by whatever way upgrades go", () => {
      const state = manager(
        [role(0n, []), role(7n, [grant(key(2), 9n * DAY)]), role(8n, [grant(key(3))])],
        vault,
        {
          [SET]: 7n,
          [UPGRADE]: 8n,
        },
      );
      const reach = whoCan(
        world(
          contract(vault, { managed: { authority }, proxy: proxy("uups") }),
          contract(authority, { manager: state }),
        ),
        { target: vault, selector: SET },
      );
      expect(reach.fastest).to.equal(0n);
      expect(reach.smallest?.holders).to.deep.equal([key(3)]);
      expect(reach.paths[0]?.steps.map((step) => step.via.kind)).to.deep.equal([
        "upgrade",
        "restricted",
        "member",
      ]);
    });

    it("behavior: a manager that owns a contract acts by its rule for that function", () => {
      const state = manager([role(0n, []), role(7n, [grant(key(2))])], vault, { [SET]: 7n });
      const reach = whoCan(
        world(contract(vault, { ownable: { owner: authority } }), contract(authority, { manager: state })),
        { target: vault, selector: SET },
      );
      expect(reach.smallest?.holders).to.deep.equal([key(2)]);
    });
  });

  it("behavior: a transparent proxy's code is its ProxyAdmin's owner's, a beacon's is the beacon's owner's", () => {
    const transparent = world(
      contract(vault, { proxy: proxy("transparent", { admin: at(2) }) }),
      contract(at(2), { ownable: { owner: key(1) } }),
    );
    expect(whoCan(transparent, { target: vault, selector: SET }).smallest?.holders).to.deep.equal([key(1)]);
    const beacon = world(
      contract(vault, { proxy: proxy("beacon", { beacon: at(2) }) }),
      contract(at(2), { ownable: { owner: key(1) } }),
    );
    expect(whoCan(beacon, { target: vault, selector: "code" }).smallest?.holders).to.deep.equal([key(1)]);
  });

  it("behavior: an AccessControl function is anyone's guess until its guard is proven; role admins grant it to themselves", () => {
    const minter = keccak256(toHex("MINTER_ROLE"));
    const box = contract(vault, {
      accessControl: {
        roles: [
          { role: zeroHash, admin: zeroHash, members: [key(1)] },
          { role: minter, admin: zeroHash, members: [key(2)] },
        ],
      },
    });
    const guessed = whoCan(world(box), { target: vault, selector: SET });
    expect(guessed.paths.every((path) => path.assumed)).to.equal(true);
    const guards = [{ target: vault, selector: SET, guard: { kind: "role", role: minter } }] as const;
    const proven = whoCan(world(box), { target: vault, selector: SET, guards });
    expect(
      proven.paths.map((path) => [path.by, path.steps.map((s) => s.via.kind).join(" "), path.assumed]),
    ).to.deep.equal([
      [{ kind: "address", address: key(2) }, "accessRole accessMember", false],
      [{ kind: "address", address: key(1) }, "accessRole accessGrant accessMember", false],
    ]);
  });

  it("behavior: cycles of power end", () => {
    const reach = whoCan(
      world(
        contract(vault, { ownable: { owner: at(2) } }),
        contract(at(2), { safe: safe(1, [at(3)]) }),
        contract(at(3), { safe: safe(1, [at(2), key(1)]) }),
      ),
      { target: vault, selector: SET },
    );
    expect(reach.smallest?.holders).to.deep.equal([key(1)]);
    expect(reach.paths).to.have.length(1);
  });

  it("behavior: a suspended proposer has no way in, a timelock's admin gives itself one", () => {
    const contracts = (more: Partial<TimelockState>) =>
      world(
        contract(vault, { ownable: { owner: at(2) } }),
        contract(at(2), { timelock: timelock(DAY, [key(1)], more) }),
      );
    expect(whoCan(contracts({ suspended: [key(1)] }), { target: vault, selector: SET }).paths).to.deep.equal(
      [],
    );
    const reach = whoCan(contracts({ admins: [key(2)] }), { target: vault, selector: SET });
    expect(reach.paths.map((path) => path.by)).to.deep.equal([
      { kind: "address", address: key(1) },
      { kind: "address", address: key(2) },
    ]);
    expect(reach.fastest).to.equal(DAY);
  });

  it("behavior: a pauser stops a contract at once, and only an admin sets it going again, after the target's delay", () => {
    const pause = toFunctionSelector("pause()");
    const roles = [
      role(0n, [grant(key(0), DAY)]),
      role(PAUSER, [grant(key(5))]),
      role(6n, [grant(key(6))]),
      role(7n, [grant(key(7))], { label: "pauser" }),
    ];
    const state = manager(roles, vault, { [pause]: 6n }, { flavour: "portcullis" });
    const [target] = state.targets;
    const slow = { ...state, targets: [{ ...target!, adminDelay: settled(3n * DAY) }] };
    const snapshot = world(
      contract(vault, { managed: { authority: at(2) }, pausable: { paused: false } }),
      contract(at(2), { manager: slow }),
    );
    const halt = whoCan(snapshot, { target: vault, selector: "halt" });
    const direct = halt.paths.filter((path) => path.delay === 0n).map((path) => path.by);
    expect(direct).to.deep.include({ kind: "address", address: key(5) });
    expect(direct).to.deep.include({ kind: "address", address: key(6) });
    // The manager goes by the role's id: a label is only what somebody wrote.
    expect(halt.paths.map((path) => path.by)).not.to.deep.include({ kind: "address", address: key(7) });
    expect(halt.fastest).to.equal(0n);
    const resume = whoCan(snapshot, { target: vault, selector: "resume" });
    expect(resume.smallest?.holders).to.deep.equal([key(0)]);
    expect(resume.paths.map((path) => path.steps[0]?.via)).to.deep.include({
      kind: "resume",
      contract: vault,
      by: "target",
    });
    const ways = resume.paths.filter((path) => path.steps[0]?.via.kind === "resume");
    // The larger of the admin's own day and the target's three.
    expect(ways.map((path) => path.delay)).to.include(3n * DAY);
    expect(ways.map((path) => path.delay)).to.not.include(4n * DAY);
    const without = { ...slow, roles: roles.filter((r) => r.id !== PAUSER) };
    const nobody = world(snapshot.contracts[0]!, contract(at(2), { manager: without }));
    const left = whoCan(nobody, { target: vault, selector: "halt" }).paths.map((path) => path.by);
    expect(left).not.to.deep.include({ kind: "address", address: key(5) });
  });

  it("behavior: an admin takes a role back from its own admin, and grants it", () => {
    const roles = [role(0n, [grant(key(0), DAY)]), role(6n, [grant(key(6))]), role(8n, [], { admin: 6n })];
    const snapshot = world(
      contract(vault, { managed: { authority: at(2) } }),
      contract(at(2), { manager: manager(roles, vault, { [SET]: 8n }) }),
    );
    const { paths } = whoCan(snapshot, { target: vault, selector: SET });
    const grantedBy = (by: bigint) =>
      paths.filter(({ steps }) =>
        steps.some(({ via }) => via.kind === "grant" && via.role === 8n && via.by === by),
      );
    expect(grantedBy(6n).map((path) => path.by)).to.deep.include({ kind: "address", address: key(6) });
    expect(grantedBy(0n).map((path) => path.by)).to.deep.equal([{ kind: "address", address: key(0) }]);
  });

  it("behavior: a timelock's guardians stop what it holds", () => {
    const own = timelock(DAY, [key(1)], { flavour: "portcullis", guardians: [key(2)] });
    const snapshot = world(contract(at(1), { timelock: own }));
    expect(whoCan(snapshot, { target: at(1), selector: "halt" }).smallest?.holders).to.deep.equal([key(2)]);
  });

  it("behavior: nobody replaces the code of a clone, and its functions are guarded as the implementation's are", () => {
    const snapshot = world(contract(vault, { proxy: proxy("clone"), ownable: { owner: key(1) } }));
    expect(whoCan(snapshot, { target: vault, selector: "code" }).paths).to.deep.equal([]);
    const upgrade = toFunctionSelector("upgradeToAndCall(address,bytes)");
    for (const selector of [SET, upgrade])
      expect(whoCan(snapshot, { target: vault, selector }).smallest?.holders).to.deep.equal([key(1)]);
  });

  it("behavior: a beacon's owner reaches every function of the proxies behind it, and the beacon's own upgrade", () => {
    const snapshot = world(
      contract(vault, { proxy: proxy("beacon", { beacon: at(2) }), ownable: { owner: key(1) } }),
      contract(at(2), { ownable: { owner: key(2) } }),
    );
    const reach = whoCan(snapshot, { target: vault, selector: SET });
    expect(reach.paths.map((path) => path.by)).to.deep.include({ kind: "address", address: key(2) });
    const selector = toFunctionSelector("upgradeTo(address)");
    expect(whoCan(snapshot, { target: at(2), selector }).smallest?.holders).to.deep.equal([key(2)]);
  });

  it("behavior: a delegated key acts by itself and by its delegate, and is named", () => {
    const snapshot = world(
      contract(vault, { ownable: { owner: key(1) } }),
      contract(key(1), { delegate: at(9) }),
      contract(at(9), { ownable: { owner: key(2) } }),
    );
    const reach = whoCan(snapshot, { target: vault, selector: SET });
    expect(reach.delegated).to.deep.equal([{ account: key(1), delegate: at(9) }]);
    const by = reach.paths.map((path) => [path.by, path.assumed]);
    expect(by).to.deep.include([{ kind: "address", address: key(1) }, false]);
    expect(by).to.deep.include([{ kind: "address", address: at(9) }, true]);
    expect(by).to.deep.include([{ kind: "address", address: key(2) }, true]);
    const names = nameFrom({ ...snapshot, chainId: 31337 } as never, { chainId: 31337, entries: [] });
    expect(formatReach("vault.set", reach, names)).to.match(/! 0x\w+ is a key that runs the code of/);
  });
});

describe("whoCan: smart accounts", () => {
  const PAUSE = toFunctionSelector("pause()");
  const [vault, authority, account, validator] = [at(1), at(2), at(3), at(4)];
  const session = (more: Partial<Session> = {}): Session => ({
    salt: "0x00000000",
    validAfter: 0,
    validUntil: Number(NOW + DAY),
    maxFeePerGas: 1n,
    maxGasPerOperation: 1,
    signer: key(2),
    caps: [],
    actions: [{ target: vault, selector: PAUSE }],
    ...more,
  });
  const worldWith = (sessions: readonly Session[], owner: Hex = key(1)) =>
    world(
      contract(vault, { managed: { authority } }),
      contract(authority, {
        manager: manager([role(5n, [grant(account)])], vault, { [PAUSE]: 5n, [SET]: 5n }),
      }),
      contract(account, {
        account: {
          owner,
          entryPoint: at(5),
          epoch: 0n,
          sessionValidator: validator,
          sessions: sessions.map((s) => ({ terms: encodeSession(s) })),
          recoveryModule: zeroAddress,
          frozenUntil: 0n,
          quarantine: { until: 0n, left: 0n },
        },
      }),
    );
  const holders = (reach: ReturnType<typeof whoCan>) =>
    reach.paths.flatMap(({ by }) => (by.kind === "address" ? [by.address] : []));
  const ask = (w: ReturnType<typeof world>, selector: Hex) => whoCan(w, { target: vault, selector });

  it("behavior: the owner's key acts through the account, and a session's key for the calls it names only", () => {
    const w = worldWith([session()]);
    expect(holders(ask(w, PAUSE))).to.have.members([key(1), key(2)]);
    expect(holders(ask(w, SET))).to.deep.equal([key(1)]);
  });

  it("behavior: one key suffices, and it closes when the session ends", () => {
    const { smallest, paths } = ask(worldWith([session()]), PAUSE);
    expect(smallest?.holders).to.have.length(1);
    expect(paths.find(({ by }) => by.kind === "address" && by.address === key(2))?.expires).to.equal(
      NOW + DAY + 1n,
    );
  });

  it("behavior: a session that is over lends nothing, one that has not begun waits", () => {
    expect(holders(ask(worldWith([session({ validUntil: Number(NOW) - 1 })]), PAUSE))).to.deep.equal([
      key(1),
    ]);
    const later = ask(worldWith([session({ validAfter: Number(NOW + HOUR) })]), PAUSE);
    expect(later.paths.find(({ delay }) => delay === HOUR)?.by).to.deep.equal({
      kind: "address",
      address: key(2),
    });
  });

  it("behavior: a session that may call a manager may lead anywhere: it is shown, and marked", () => {
    const wide = session({ actions: [{ target: authority, selector: "0x12345678" }] });
    const path = ask(worldWith([wide]), SET).paths.find(
      ({ by }) => by.kind === "address" && by.address === key(2),
    );
    expect(path?.assumed).to.equal(true);
  });

  const terms = (weights: readonly number[], threshold: number, more: Partial<RecoveryTerms> = {}) =>
    encodeTerms({
      guardians: weights.map((weight, i) => ({ signer: key(5 + i).toLowerCase() as Hex, weight })),
      threshold,
      delay: 2n * DAY,
      expiry: 7n * DAY,
      vetoes: 3,
      refill: 60n * DAY,
      freeze: 0n,
      rest: 0n,
      ...more,
    });
  const guarded = (recovery: Partial<GuardianRecoveryState>, more: Partial<SmartAccountState> = {}) => {
    const w = worldWith([], key(1));
    const state: GuardianRecoveryState = {
      terms: terms([1, 1, 1], 2),
      freeze: { until: 0n, nextAt: 0n },
      vetoes: { left: 3, backAt: 0n },
      ...recovery,
    };
    return {
      ...w,
      contracts: w.contracts.map((c) =>
        c.account === undefined
          ? c
          : { ...c, account: { ...c.account, recoveryModule: at(6), recovery: state, ...more } },
      ),
    };
  };
  const text = (w: ReturnType<typeof guarded>) => {
    const book = {
      chainId: 31337,
      entries: [
        ...[1, 5, 6, 7].map((i) => ({ address: key(i), name: `key${i}` })),
        { address: account, name: "keeper" },
      ],
    };
    return formatReach("vault.pause", ask(w, PAUSE), nameFrom(w, book));
  };

  it("behavior: enough guardians come to what the account can do, after the delay, and the owner can stop it", () => {
    const path = ask(guarded({}), PAUSE).paths.find(({ by }) => by.kind === "group");
    expect(path).to.deep.include({ delay: 2n * DAY, vetoers: [key(1)], assumed: false });
    expect(path?.by).to.deep.include({ kind: "group", threshold: 2 });
    expect(text(guarded({})))
      .to.match(/2 of 3 \(key[567], key[567], key[567]\): 2 days\n/)
      .and.match(/guardians replace the owner of keeper \(its owner can veto 3 times\), after 2 days/);
  });

  it("behavior: where the owner's key is lost or no address, the fewest keys are the guardians'", () => {
    const owner = `${at(9)}1234` as Hex;
    const w = guarded({ terms: terms([2, 1, 1], 3) }, { owner });
    const paths = ask(w, PAUSE).paths.filter(({ by }) => by.kind === "group");
    expect(paths).to.have.length(1);
    expect(text(w)).to.match(/weight 3 of 4 \(.*key5 weighs 2/);
    const alone = guarded({ terms: terms([1, 1, 1], 2) });
    expect(ask(alone, PAUSE).smallest?.holders).to.deep.equal([key(1)]);
  });

  it("behavior: a quarantine is waited for too, and so is a freeze by the owner", () => {
    const quarantine = { duration: 3n * DAY, limit: 1n };
    const w = guarded({ terms: terms([1, 1, 1], 2, { quarantine }) }, { frozenUntil: NOW + DAY });
    const { paths } = ask(w, PAUSE);
    expect(paths.map(({ by, delay }) => [by.kind, delay])).to.have.deep.members([
      ["address", DAY],
      ["group", 5n * DAY],
    ]);
    expect(text(w)).to.match(/calls nothing for 3 days then/);
  });

  it("behavior: without vetoes left all guardians are needed, for twice as long, and nobody stops them", () => {
    const path = ask(guarded({ vetoes: { left: 0, backAt: NOW + DAY } }), PAUSE).paths.find(
      ({ by }) => by.kind === "group",
    );
    expect(path).to.deep.include({ delay: 4n * DAY, vetoers: [] });
    expect(path?.by).to.deep.include({ threshold: 3 });
  });

  it("behavior: whom guardians asked for already needs nobody any more", () => {
    const newOwner = key(8).toLowerCase() as Hex;
    const request = { readyAt: NOW + HOUR, expiresAt: NOW + DAY, weight: 2, isFinal: false, newOwner };
    const { paths } = ask(guarded({ request }), PAUSE);
    const path = paths.find(({ by }) => by.kind === "address" && by.address === key(8));
    expect(path).to.deep.include({ delay: HOUR, vetoers: [key(1)] });
    const over = guarded({ request: { ...request, readyAt: NOW - DAY, expiresAt: NOW } });
    expect(holders(ask(over, PAUSE))).to.deep.equal([key(1)]);
  });

  it("behavior: a module that is not understood may ask anybody: it is shown, and marked", () => {
    const w = guarded({}, { recovery: undefined as never });
    const path = ask(w, PAUSE).paths.find(({ by }) => by.kind === "address" && by.address === at(6));
    expect(path?.assumed).to.equal(true);
    expect(holders(ask(guarded({ terms: "0x" }), PAUSE))).to.deep.equal([key(1)]);
  });

  it("behavior: of a passkey's account the account itself is the holder", () => {
    expect(holders(ask(worldWith([], `${at(9)}1234` as Hex), PAUSE))).to.deep.equal([account]);
  });
});
