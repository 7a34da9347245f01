import { expect } from "chai";
import { decodeFunctionData, getAddress, type Hex, keccak256 } from "viem";
import { guardianRecoveryAbi } from "../../src/abi/guardianRecovery.ts";
import { smartAccountAbi } from "../../src/abi/smartAccount.ts";
import { describeDrift } from "../../src/plan/describeDrift.ts";
import { planChanges } from "../../src/plan/index.ts";
import { ZERO_ADDRESS } from "../../src/plan/model.ts";
import type { Desired } from "../../src/policy/desired.ts";
import type { GuardianRecoveryState, SmartAccountState, Snapshot } from "../../src/snapshot/types.ts";
import { compileExample } from "../policy/examplePolicy.ts";
import { wrong } from "../policy/problems.ts";

const NOW = 1_800_000_000n;
const DAY = 86_400n;
const recovery = { guardians: { bob: 1, carol: 1, dave: 1 }, threshold: 2, delay: "2 days" };

function declared(account: object = { recovery }): Desired {
  const desired = compileExample(wrong({ accounts: { keeper: { owner: "alice", ...account } } }));
  return { ...desired, contracts: desired.contracts.filter(({ name }) => name === "keeper") };
}

/** The chain as `on` wants it, but for what is given. */
function found(
  on: Desired,
  guarded: Partial<GuardianRecoveryState> = {},
  more: Partial<SmartAccountState> = {},
): Snapshot {
  const [keeper] = on.contracts;
  const state = keeper?.account;
  if (keeper === undefined || state === undefined) throw new Error("no account");
  const account = {
    ...state,
    epoch: 7n,
    ...(state.recovery === undefined ? {} : { recovery: { ...state.recovery, ...guarded } }),
    ...more,
  };
  return {
    chainId: 31337,
    block: { number: 1n, hash: keccak256("0x"), timestamp: NOW },
    contracts: [{ address: keeper.address, codehash: keccak256("0x01"), account }],
  };
}

const plan = (desired: Desired, snapshot: Snapshot, now = NOW) => planChanges(desired, snapshot, { now });
const keeperOf = (desired: Desired) => {
  const [keeper] = desired.contracts;
  if (keeper === undefined) throw new Error("no account");
  return keeper;
};
const termsOf = (desired: Desired): Hex => keeperOf(desired).recovery?.terms ?? "0x";
const names = (desired: Desired, snapshot: Snapshot, now = NOW) =>
  plan(desired, snapshot, now).steps.flatMap(({ calls }) =>
    calls.map(
      ({ data }) =>
        decodeFunctionData({ abi: [...guardianRecoveryAbi, ...smartAccountAbi], data }).functionName,
    ),
  );
const unguarded = (on: Desired): Snapshot =>
  found(on, {}, { recoveryModule: ZERO_ADDRESS, recovery: undefined as never });
const others = (): Desired =>
  declared({ recovery: { ...recovery, guardians: { bob: 1, carol: 1, erin: 1 } } });

describe("plan: recovery of smart accounts", () => {
  const desired = declared();
  const terms = termsOf(desired);

  it("behavior: what is as declared needs nothing", () => {
    expect(plan(desired, found(desired))).to.deep.include({ steps: [], waits: [], findings: [] });
  });

  it("behavior: the account itself installs the module with its terms, in one call", () => {
    const { steps, findings } = plan(desired, unguarded(desired));
    expect(findings).to.deep.equal([]);
    expect(steps).to.have.length(1);
    expect(steps[0]).to.deep.include({
      effect: "loosening",
      route: { kind: "account", account: keeperOf(desired).address },
      titles: ["Let 2 of bob, carol, dave replace a lost owner of keeper, after 2 days"],
    });
    const { functionName, args } = decodeFunctionData({
      abi: smartAccountAbi,
      data: steps[0]?.calls[0]?.data ?? "0x",
    });
    expect(functionName).to.equal("installModule");
    expect(args?.slice(1)).to.deep.equal([keeperOf(desired).recovery?.module, terms]);
  });

  it("error: only the owner can install it: without its key the plan says whose it is", () => {
    const signers = desired.signers.filter(({ name }) => name !== "alice");
    const principals = desired.principals.filter(({ name }) => name !== "alice");
    const { steps, findings } = plan({ ...desired, signers, principals }, unguarded(desired));
    expect(steps).to.deep.equal([]);
    expect(findings[0]?.message).to.match(/only keeper can do it/);
  });

  it("error: a module that is not on the chain yet is deployed first", () => {
    const snapshot = unguarded(desired);
    const module = { address: keeperOf(desired).recovery?.module ?? "0x", codehash: null };
    const { steps, findings } = plan(desired, { ...snapshot, contracts: [...snapshot.contracts, module] });
    expect(steps).to.deep.equal([]);
    expect(findings[0]).to.deep.include({ path: "keeper.recovery", hint: "npx hardhat deploy" });
  });

  it("behavior: an installed module without terms is configured", () => {
    expect(names(desired, found(desired, { terms: "0x" }))).to.deep.equal(["configure"]);
  });

  it("behavior: other guardians wait longer than any recovery, and the old ones rule until then", () => {
    const on = found(others());
    const { steps } = plan(desired, on);
    expect(names(desired, on)).to.deep.equal(["proposeChange", "applyChange"]);
    // Twice the delay, the expiry and a day.
    expect(steps[1]?.earliest.begin).to.equal(NOW + 12n * DAY);
    expect(steps[1]?.after).to.deep.equal([steps[0]?.id]);
    expect(steps[1]?.route.kind).to.equal("direct");
    const uninstalls = steps
      .flatMap(({ calls }) => calls)
      .filter(({ to }) => to === keeperOf(desired).address);
    expect(uninstalls).to.deep.equal([]);
  });

  it("behavior: a proposed change is waited for and applied, not proposed again", () => {
    const change = { readyAt: NOW + DAY, expiresAt: NOW + 31n * DAY, terms };
    const waiting = found(others(), { change });
    expect(names(desired, waiting)).to.deep.equal(["applyChange"]);
    expect(plan(desired, waiting).steps[0]?.earliest.begin).to.equal(NOW + DAY);
    const expired = found(others(), { change: { ...change, readyAt: NOW - 31n * DAY, expiresAt: NOW } });
    expect(names(desired, expired)).to.deep.equal(["proposeChange", "applyChange"]);
  });

  it("behavior: a freeze puts the change off, and is said itself", () => {
    const change = { readyAt: NOW, expiresAt: NOW + 30n * DAY, terms };
    const until = NOW + 2n * DAY;
    const on = found(others(), { change, freeze: { until, nextAt: until } }, { frozenUntil: until });
    const { steps, waits } = plan(desired, on);
    expect(steps[0]?.earliest.begin).to.equal(until);
    expect(waits).to.deep.equal([{ path: "keeper.frozen", title: "keeper is frozen by a guardian", until }]);
  });

  it("behavior: a change that nobody declared is withdrawn at once, and another takes its place", () => {
    const change = { readyAt: NOW + DAY, expiresAt: NOW + 31n * DAY, terms: termsOf(others()) };
    const on = found(desired, { change });
    expect(plan(desired, on).steps[0]?.effect).to.equal("tightening");
    expect(names(desired, on)).to.deep.equal(["withdrawChange"]);
    expect(names(desired, found(desired, { change: { ...change, terms: "0x" } }))).to.deep.equal([
      "withdrawChange",
    ]);
    const instead = found(others(), { change: { ...change, terms: "0x" } });
    expect(names(desired, instead)).to.deep.equal(["proposeChange", "applyChange"]);
  });

  it("behavior: guardians of an account that the policy deploys without any go, by the slow way", () => {
    const bare = declared({});
    const on = found(desired);
    expect(names(bare, on)).to.deep.equal(["proposeChange", "uninstallModule"]);
    expect(plan(bare, on).steps[1]?.earliest.begin).to.equal(NOW + 12n * DAY);
    expect(describeDrift(bare, on)[0]).to.deep.include({ path: "keeper.recovery", severity: "high" });
    const existing = declared({ at: `hardhat:${keeperOf(bare).address}` });
    expect(plan(existing, on).steps).to.deep.equal([]);
  });

  it("error: a recovery that nobody declared is grave drift, and no plan vetoes it", () => {
    const request = {
      readyAt: NOW + DAY,
      expiresAt: NOW + 8n * DAY,
      weight: 2,
      isFinal: false,
      newOwner: `0x${"ab".repeat(20)}` as Hex,
    };
    const on = found(desired, { request });
    const { steps, findings } = plan(desired, on);
    expect(steps).to.deep.equal([]);
    expect(findings[0]?.path).to.equal("keeper.recovery.request");
    expect(findings[0]?.hint).to.match(/recovery cancel --account keeper/);
    expect(describeDrift(desired, on)[0]).to.deep.include({
      path: "keeper.recovery.request",
      severity: "high",
    });
    const final = plan(desired, found(desired, { request: { ...request, isFinal: true } }));
    expect(final.findings[0]?.message).to.match(/nobody can veto/);
    expect(final.findings[0]?.hint).not.to.match(/recovery cancel/);
    // Over: nobody can carry it out any more.
    const over = found(desired, { request: { ...request, readyAt: NOW - 7n * DAY, expiresAt: NOW } });
    expect(plan(desired, over).findings).to.deep.equal([]);
  });

  it("behavior: a recovery to the owner that the policy names is carried out when it is ready", () => {
    const old = `0x${"cd".repeat(20)}` as Hex;
    const newOwner = keeperOf(desired).account?.owner ?? "0x";
    const request = { readyAt: NOW + DAY, expiresAt: NOW + 8n * DAY, weight: 2, isFinal: false, newOwner };
    const on = found(desired, { request }, { owner: old });
    const { steps, findings } = plan(desired, on);
    expect(findings).to.deep.equal([]);
    expect(names(desired, on)).to.deep.equal(["finalizeWith"]);
    expect(steps[0]?.earliest.begin).to.equal(NOW + DAY);
  });

  it("error: no change takes effect while a recovery is pending, and the plan says so", () => {
    const newOwner = `0x${"ab".repeat(20)}` as Hex;
    const request = { readyAt: NOW, expiresAt: NOW + 8n * DAY, weight: 2, isFinal: false, newOwner };
    const change = { readyAt: NOW, expiresAt: NOW + 31n * DAY, terms };
    const { steps, findings } = plan(desired, found(others(), { request, change }));
    expect(steps).to.deep.equal([]);
    expect(findings.find(({ path }) => path === "keeper.recovery")?.message).to.match(
      /while a recovery is pending/,
    );
  });

  it("error: another module than the declared one is said and left alone", () => {
    const recoveryModule = getAddress(`0x${"ee".repeat(20)}`);
    for (const more of [{ recoveryModule }, { recoveryModule, recovery: undefined as never }]) {
      const { steps, findings } = plan(desired, found(desired, {}, more));
      expect(steps).to.deep.equal([]);
      expect(findings[0]?.message).to.match(/another module/);
    }
  });
});
