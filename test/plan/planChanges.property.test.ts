import { expect } from "chai";
import fc from "fast-check";
import { zeroAddress } from "viem";
import { type PlanOptions, planChanges as plan } from "../../src/plan/index.ts";
import type { Desired } from "../../src/policy/desired.ts";
import type { ContractState, Snapshot } from "../../src/snapshot/types.ts";
import { ChainModel } from "./chainModel.ts";
import { IMPLEMENTATIONS, NOW, worlds } from "./worlds.ts";

const RUNS = Number(process.env.PORTCULLIS_PROPERTY_RUNS ?? 25);
const planChanges = (desired: Desired, snapshot: Snapshot, options: PlanOptions) =>
  plan(desired, snapshot, { ...options, implementations: IMPLEMENTATIONS });
const YEAR = 31_536_000n;

describe("planChanges, for any two states in which nobody is locked out", () => {
  it("behavior: carried out in order, its calls are accepted and reach the policy; then nothing is left to plan", () => {
    fc.assert(
      fc.property(worlds, ({ desired, snapshot }) => {
        const made = planChanges(desired, snapshot, { now: NOW });
        expect(made.findings, "findings").to.deep.equal([]);
        const chain = new ChainModel(snapshot);
        chain.carryOut(made.steps);
        chain.time += 120n * 86_400n;
        const again = planChanges(desired, chain.snapshot(), { now: chain.time });
        expect(again.steps.flatMap((s) => s.titles)).to.deep.equal([]);
        expect(again.waits).to.deep.equal([]);
        expect(again.findings).to.deep.equal([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }).timeout(60_000);

  it("behavior: interrupted after any step, the rest is planned from there", () => {
    fc.assert(
      fc.property(worlds, fc.double({ min: 0, max: 1, noNaN: true }), ({ desired, snapshot }, part) => {
        const made = planChanges(desired, snapshot, { now: NOW });
        const chain = new ChainModel(snapshot);
        const stop = Math.floor(made.steps.length * part);
        chain.carryOut(made.steps, undefined, stop);
        const rest = planChanges(desired, chain.snapshot(), { now: chain.time });
        expect(rest.findings).to.deep.equal([]);
        chain.carryOut(rest.steps);
        chain.time += YEAR / 4n;
        expect(planChanges(desired, chain.snapshot(), { now: chain.time }).steps).to.deep.equal([]);
      }),
      { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
    );
  }).timeout(60_000);

  it("behavior: after every single call somebody can administer everything", () => {
    fc.assert(
      fc.property(worlds, ({ desired, snapshot }) => {
        const made = planChanges(desired, snapshot, { now: NOW });
        const chain = new ChainModel(snapshot);
        const check = () => {
          for (const state of chain.snapshot().contracts) expectAdmin(state, chain.time);
        };
        check();
        chain.carryOut(made.steps, check);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }).timeout(60_000);

  it("behavior: the order of the inputs' lists makes no difference", () => {
    fc.assert(
      fc.property(worlds, ({ desired, snapshot }) => {
        const made = planChanges(desired, snapshot, { now: NOW, from: zeroAddress });
        const other = planChanges(reversed(desired), reversedSnapshot(snapshot), {
          now: NOW,
          from: zeroAddress,
        });
        expect(other).to.deep.equal(made);
      }),
      { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
    );
  }).timeout(60_000);

  it("behavior: a step comes after all it names, and never before", () => {
    fc.assert(
      fc.property(worlds, ({ desired, snapshot }) => {
        const { steps } = planChanges(desired, snapshot, { now: NOW });
        const ids = steps.map((step) => step.id);
        expect(new Set(ids).size).to.equal(ids.length);
        for (const [index, step] of steps.entries()) {
          for (const id of step.after) expect(ids.indexOf(id)).to.be.within(0, index - 1);
        }
      }),
      { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
    );
  }).timeout(60_000);
});

function expectAdmin(state: ContractState, time: bigint): void {
  const { manager, timelock, safe, ownable, accessControl } = state;
  if (manager !== undefined) {
    const admins = manager.roles.find((r) => r.id === 0n)?.members ?? [];
    expect(
      admins.filter((m) => m.since <= time && m.until === 0n),
      "ADMIN of the manager",
    ).not.to.have.length(0);
  }
  if (timelock !== undefined) {
    const active = timelock.proposers.filter((proposer) => !timelock.suspended.includes(proposer));
    expect(active, "proposers").not.to.have.length(0);
    expect(timelock.executors, "executors").not.to.have.length(0);
  }
  if (safe !== undefined) expect(safe.threshold).to.be.within(1, safe.owners.length);
  if (ownable !== undefined) expect(ownable.owner).not.to.equal(zeroAddress);
  if (accessControl !== undefined) {
    expect(
      accessControl.roles.find((r) => BigInt(r.role) === 0n)?.members,
      "default admin",
    ).not.to.have.length(0);
  }
}

const reversed = (desired: Desired): Desired => ({
  ...desired,
  signers: desired.signers.toReversed(),
  principals: desired.principals.toReversed(),
  book: { ...desired.book, entries: desired.book.entries.toReversed() },
  contracts: desired.contracts.toReversed().map((contract) => ({ ...contract, ...reverseState(contract) })),
});

const reversedSnapshot = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  contracts: snapshot.contracts.toReversed().map((state) => ({ ...state, ...reverseState(state) })),
});

/** All lists the other way round; the linked lists of a Safe have an order that means something. */
function reverseState(state: ContractState): Partial<ContractState> {
  const { manager, timelock, safe, accessControl } = state;
  return {
    ...(manager && {
      manager: {
        ...manager,
        roles: manager.roles.toReversed().map((r) => ({ ...r, members: r.members.toReversed() })),
        targets: manager.targets.toReversed().map((t) => ({ ...t, functions: t.functions.toReversed() })),
      },
    }),
    ...(timelock && {
      timelock: {
        ...timelock,
        proposers: timelock.proposers.toReversed(),
        cancellers: timelock.cancellers.toReversed(),
        suspended: timelock.suspended.toReversed(),
        ...(timelock.postConditions ? { postConditions: timelock.postConditions.toReversed() } : {}),
      },
    }),
    ...(safe && { safe: { ...safe, owners: safe.owners.toReversed(), modules: safe.modules.toReversed() } }),
    ...(accessControl && {
      accessControl: {
        ...accessControl,
        roles: accessControl.roles.toReversed().map((r) => ({ ...r, members: r.members.toReversed() })),
      },
    }),
  };
}
