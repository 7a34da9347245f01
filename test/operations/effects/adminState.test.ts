import { expect } from "chai";
import { type Address, getAddress, type Hex, zeroAddress, zeroHash } from "viem";
import { encodeTerms, type RecoveryTerms } from "../../../src/accounts/recovery/terms.ts";
import { encodeSession } from "../../../src/accounts/sessions/encodeSession.ts";
import { diffAdminState } from "../../../src/operations/effects/adminState.ts";
import { changeText } from "../../../src/operations/effects/format.ts";
import { judgeChange } from "../../../src/operations/effects/judge.ts";
import { slotAdminChanges } from "../../../src/operations/effects/slots.ts";
import type {
  ContractState,
  GuardianRecoveryState,
  SafeState,
  SmartAccountState,
  TimelockState,
} from "../../../src/snapshot/types.ts";

const [X, Y, Z] = [1, 2, 3].map((n) => getAddress(`0x${n.toString().padStart(40, "0")}`)) as [
  Address,
  Address,
  Address,
];
const DAY = 86_400n;
const settled = (current: bigint) => ({ current, pending: current, effect: 0n });

const timelock: TimelockState = {
  flavour: "portcullis",
  delay: settled(2n * DAY),
  floor: DAY,
  ceiling: 30n * DAY,
  expiry: 14n * DAY,
  proposers: [X],
  cancellers: [Y],
  executors: [zeroAddress],
  admins: [],
  guardians: [Y],
  suspended: [],
  operations: [],
};
const safe: SafeState = {
  version: "1.4.1",
  owners: [X, Y],
  threshold: 2,
  nonce: 1n,
  modules: [],
  guard: zeroAddress,
  fallbackHandler: zeroAddress,
  singleton: Z,
};

function diff(before: Partial<ContractState>, after: Partial<ContractState>) {
  const base = { address: X, codehash: zeroHash };
  return diffAdminState([{ ...base, ...before }], [{ ...base, ...after }]).map((change) => [
    judgeChange(change),
    change.path,
    change.from,
    change.to,
  ]);
}

describe("effects/adminState", () => {
  it("behavior: what is no power, and when it became so, is no change", () => {
    expect(diff({ safe }, { safe: { ...safe, nonce: 9n } })).to.deep.equal([]);
    const role = { id: 5n, admin: 0n, guardian: 0n, grantDelay: settled(DAY), keyBound: false };
    const member = { account: Y, since: 1n, until: 0n, delay: settled(0n) };
    const manager = (since: bigint) => ({
      flavour: "portcullis" as const,
      roles: [{ ...role, members: [{ ...member, since }] }],
      targets: [],
      operations: [],
      bindings: [],
    });
    expect(diff({ manager: manager(1n) }, { manager: manager(2n) })).to.deep.equal([]);
  });

  it("behavior: power given and time taken away are dangers, their contraries a relief", () => {
    expect(diff({ safe }, { safe: { ...safe, owners: [X, Y, Z], threshold: 1 } })).to.deep.equal([
      ["danger", `safe.owner.${Z}`, undefined, "held"],
      ["danger", "safe.threshold", "2", "1"],
    ]);
    expect(diff({ safe }, { safe: { ...safe, owners: [X], threshold: 3 } })).to.deep.equal([
      ["relief", `safe.owner.${Y}`, "held", undefined],
      ["relief", "safe.threshold", "2", "3"],
    ]);
    expect(
      diff({ timelock }, { timelock: { ...timelock, delay: settled(DAY), expiry: 15n * DAY } }),
    ).to.deep.equal([
      ["danger", "timelock.delay", `${2n * DAY}`, `${DAY}`],
      ["danger", "timelock.expiry", `${14n * DAY}`, `${15n * DAY}`],
    ]);
    expect(diff({ timelock }, { timelock: { ...timelock, guardians: [], proposers: [X, Z] } })).to.deep.equal(
      [
        ["danger", `timelock.guardian.${Y}`, "held", undefined],
        ["danger", `timelock.proposer.${Z}`, undefined, "held"],
      ],
    );
    expect(diff({ timelock }, { timelock: { ...timelock, suspended: [X] } })).to.deep.equal([
      ["relief", `timelock.suspended.${X}`, undefined, "held"],
    ]);
    expect(diff({ pausable: { paused: false } }, { pausable: { paused: true } })[0]?.[0]).to.equal("relief");
    expect(diff({ ownable: { owner: X } }, { ownable: { owner: Y } })[0]?.[0]).to.equal("danger");
  });

  it("behavior: a pending decrease of a delay is told before it rules", () => {
    const delay = { current: 2n * DAY, pending: DAY, effect: 99n };
    expect(diff({ timelock }, { timelock: { ...timelock, delay } })).to.deep.equal([
      ["danger", "timelock.delay.decrease", undefined, `${DAY}`],
    ]);
    const longer = { ...delay, pending: 3n * DAY };
    expect(diff({ timelock }, { timelock: { ...timelock, delay: longer } })).to.deep.equal([
      ["relief", "timelock.delay.increase", undefined, `${3n * DAY}`],
    ]);
    expect(
      diff(
        { timelock: { ...timelock, delay } },
        { timelock: { ...timelock, delay: { ...delay, effect: 100n } } },
      ),
    ).to.deep.equal([]);
  });

  it("behavior: slots speak for what no reader recognises; slot 0 only for what was a Safe", () => {
    const change = (address: Address, slot: `0x${string}`) => ({
      address,
      storage: [{ slot, from: zeroHash, to: `0x${"00".repeat(12)}${Y.slice(2)}` as `0x${string}` }],
    });
    const implementation = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    const before = [{ address: X, codehash: zeroHash, safe }];
    expect(
      slotAdminChanges([change(X, zeroHash), change(Z, zeroHash), change(Z, implementation)], before),
    ).to.deep.equal([
      { contract: X, path: "safe.singleton", from: zeroAddress, to: Y },
      { contract: Z, path: "proxy.implementation", from: zeroAddress, to: Y },
    ]);
  });

  it("behavior: changes are written with names", () => {
    const book = {
      chainId: 1,
      entries: [
        { name: "council", address: X },
        { name: "alice", address: Y },
      ],
    };
    const change = { contract: X, path: `safe.owner.${Y}`, to: "held" };
    expect(changeText(change, book)).to.equal(
      "council (0x0000…0001): safe owner alice (0x0000…0002): new: held",
    );
  });
});

describe("admin state of a smart account", () => {
  const key = (n: number): Hex => `0x${n.toString(16).padStart(40, "0")}`;
  const terms = (more: Partial<RecoveryTerms> = {}) =>
    encodeTerms({
      guardians: [key(7), key(8), key(9)].map((signer) => ({ signer, weight: 1 })),
      threshold: 2,
      delay: 2n * DAY,
      expiry: 7n * DAY,
      vetoes: 3,
      refill: 60n * DAY,
      freeze: 0n,
      rest: 0n,
      ...more,
    });
  const guarded = (more: Partial<GuardianRecoveryState> = {}): Partial<SmartAccountState> => ({
    recoveryModule: Y,
    recovery: {
      terms: terms(),
      freeze: { until: 0n, nextAt: 0n },
      vetoes: { left: 3, backAt: 0n },
      ...more,
    },
  });
  const account = (more: Partial<SmartAccountState> = {}): ContractState => ({
    address: X,
    codehash: null,
    account: {
      owner: key(1),
      entryPoint: Z,
      epoch: 0n,
      sessionValidator: Z,
      sessions: [],
      recoveryModule: zeroAddress,
      frozenUntil: 0n,
      quarantine: { until: 0n, left: 0n },
      ...more,
    },
  });
  const session = encodeSession({
    salt: "0x00000000",
    validAfter: 0,
    validUntil: 9,
    maxFeePerGas: 1n,
    maxGasPerOperation: 1,
    signer: key(5),
    caps: [],
    actions: [{ target: Z }],
  });
  const judged = (before: Partial<SmartAccountState>, after: Partial<SmartAccountState>) =>
    diffAdminState([account(before)], [account(after)]).map((change) => [change.path, judgeChange(change)]);

  it("behavior: another owner, a session, a recovery under way and other terms are dangers", () => {
    expect(judged({}, { owner: key(2) })).to.deep.equal([["account.owner", "danger"]]);
    expect(judged({}, { sessions: [{ terms: session }] })[0]?.[1]).to.equal("danger");
    expect(
      judged({ sessions: [{ terms: session }] }, { sessions: [{ terms: session, revoked: true }] })[0]?.[1],
    ).to.equal("relief");
    const request = { readyAt: 1n, expiresAt: 9n, weight: 2, isFinal: false, newOwner: key(3) };
    expect(judged(guarded(), guarded({ request }))).to.deep.equal([["account.recovery.request", "danger"]]);
    const change = { readyAt: 1n, expiresAt: 9n, terms: "0x" as const };
    expect(judged(guarded(), guarded({ change }))).to.deep.equal([["account.recovery.change", "danger"]]);
    expect(judged(guarded({ change }), guarded())).to.deep.equal([["account.recovery.change", "relief"]]);
  });

  it("behavior: guardians are said one by one, and less time or weight is a danger", () => {
    const paths = judged({}, guarded());
    expect(paths).to.deep.include(["account.recovery.module", "danger"]);
    expect(paths).to.deep.include([`account.guardian.${key(7)}`, "danger"]);
    const faster = guarded({ terms: terms({ delay: DAY, threshold: 1, vetoes: 2 }) });
    expect(judged(guarded(), faster)).to.have.deep.members([
      ["account.recovery.delay", "danger"],
      ["account.recovery.threshold", "danger"],
      ["account.recovery.vetoes", "danger"],
    ]);
    expect(judged(faster, guarded()).map(([, severity]) => severity)).to.deep.equal(Array(3).fill("relief"));
  });
});
