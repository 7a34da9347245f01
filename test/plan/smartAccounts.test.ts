import { expect } from "chai";
import { type Address, decodeFunctionData, getAddress, type Hex, keccak256, toHex } from "viem";
import { sessionValidatorAbi } from "../../src/abi/sessionValidator.ts";
import { smartAccountAbi } from "../../src/abi/smartAccount.ts";
import { planChanges } from "../../src/plan/index.ts";
import { planSessionOrder } from "../../src/plan/sessionOrder.ts";
import type { Desired } from "../../src/policy/desired.ts";
import type { GrantedSession, SmartAccountState, Snapshot } from "../../src/snapshot/types.ts";
import { compileExample } from "../policy/examplePolicy.ts";
import { wrong } from "../policy/problems.ts";
import { refusedWith } from "../refusedWith.ts";

const NOW = 1_800_000_000n;
const validator = getAddress(`0x${"c5".repeat(20)}`);
const terms = (desired: Desired, name = "daily"): Hex =>
  desired.contracts.flatMap(({ sessions = [] }) => sessions).find((s) => s.name === name)?.terms ?? "0x";

function declared(sessions: object = { daily: {} }, account: object = {}): Desired {
  const session = { key: "bot", may: { token: ["transfer"] }, until: "2030-01-01" };
  const desired = compileExample(
    wrong({
      accounts: {
        keeper: {
          owner: "alice",
          sessions: Object.fromEntries(
            Object.entries(sessions).map(([n, more]) => [n, { ...session, ...more }]),
          ),
          ...account,
        },
      },
    }),
  );
  const contracts = desired.contracts.filter(({ name }) => name === "keeper");
  return { ...desired, contracts };
}

function found(
  desired: Desired,
  sessions: readonly GrantedSession[],
  more: Partial<SmartAccountState> = {},
): Snapshot {
  const [keeper] = desired.contracts;
  if (keeper?.account === undefined) throw new Error("no account");
  const account = { ...keeper.account, epoch: 7n, sessionValidator: validator, sessions, ...more };
  return {
    chainId: 31337,
    block: { number: 1n, hash: keccak256("0x"), timestamp: NOW },
    contracts: [{ address: keeper.address, codehash: keccak256("0x01"), account }],
  };
}

const id = (n: number): Hex => toHex(n, { size: 32 });
const call = (data: Hex) => decodeFunctionData({ abi: sessionValidatorAbi, data });
const plan = (desired: Desired, snapshot: Snapshot) => planChanges(desired, snapshot, { now: NOW });

describe("plan: sessions of smart accounts", () => {
  it("behavior: what is declared and not granted is granted by the account itself, as a loosening", () => {
    const desired = declared();
    const { steps, findings } = plan(desired, found(desired, []));
    expect(findings).to.deep.equal([]);
    expect(steps).to.have.length(1);
    expect(steps[0]).to.deep.include({
      effect: "loosening",
      route: { kind: "account", account: desired.contracts[0]?.address as Address },
      titles: ["Grant the session daily of keeper"],
    });
    expect(steps[0]?.calls[0]?.to).to.equal(validator);
    expect(call(steps[0]?.calls[0]?.data ?? "0x")).to.deep.equal({
      functionName: "grant",
      args: [terms(desired)],
    });
  });

  it("behavior: what is granted as declared needs nothing, whatever its salt", () => {
    const desired = declared();
    const other = `0x00000009${terms(desired).slice(10)}` as Hex;
    for (const granted of [terms(desired), other])
      expect(plan(desired, found(desired, [{ id: id(1), terms: granted }])).steps).to.deep.equal([]);
  });

  it("behavior: what differs in any term is revoked first, then granted as declared", () => {
    const desired = declared();
    const old = terms(declared({ daily: { uses: 5 } }));
    const { steps } = plan(desired, found(desired, [{ id: id(3), terms: old }]));
    expect(steps.map(({ effect }) => effect)).to.deep.equal(["tightening", "loosening"]);
    expect(call(steps[0]?.calls[0]?.data ?? "0x")).to.deep.equal({ functionName: "revoke", args: [id(3)] });
  });

  it("behavior: what was revoked is granted again under another salt, since its id is dead for ever", () => {
    const desired = declared();
    const { steps } = plan(desired, found(desired, [{ id: id(1), terms: terms(desired), revoked: true }]));
    const [granted] = call(steps[0]?.calls[0]?.data ?? "0x").args as [Hex];
    expect(granted).to.equal(`0x00000001${terms(desired).slice(10)}`);
  });

  it("behavior: a session that is over is neither granted nor revoked", () => {
    const over = declared({ daily: { until: "2020-01-01" } });
    expect(plan(over, found(over, [])).steps).to.deep.equal([]);
    const none = declared({});
    expect(plan(none, found(none, [{ id: id(1), terms: terms(over) }])).steps).to.deep.equal([]);
  });

  it("error: an owner that differs is no operation's to change", () => {
    const desired = declared({});
    const { steps, findings } = plan(desired, found(desired, [], { owner: `0x${"ab".repeat(20)}` }));
    expect(steps).to.deep.equal([]);
    expect(findings[0]?.path).to.equal("keeper.owner");
  });

  it("error: without a key of the owner's nobody can, and the plan says who could", () => {
    const desired = declared();
    const away = { ...desired, signers: desired.signers.filter(({ name }) => name !== "alice") };
    const principals = away.principals.filter(({ name }) => name !== "alice");
    const { steps, findings } = plan({ ...away, principals }, found(desired, []));
    expect(steps).to.deep.equal([]);
    expect(findings[0]?.message).to.match(/only keeper can do it/);
  });
});

describe("planSessionOrder", () => {
  const desired = declared({ daily: {}, weekly: { uses: 7 } });
  const standing: GrantedSession[] = [
    { id: id(0xa1), terms: terms(desired) },
    {
      id: `0xfeed${"00".repeat(30)}`,
      terms: terms(declared({ daily: { uses: 3 } })),
    },
  ];
  const order = (kind: "grant" | "revoke", session: string) =>
    planSessionOrder(desired, found(desired, standing), { kind, session }, { now: NOW });

  it("behavior: one order changes one session and leaves all others", () => {
    expect(order("grant", "keeper.weekly").steps.map(({ title }) => title)).to.deep.equal([
      "Grant the session weekly of keeper",
    ]);
    const revoked = order("revoke", "keeper.daily").steps;
    expect(revoked).to.have.length(1);
    expect(call(revoked[0]?.calls[0]?.data ?? "0x").args).to.deep.equal([id(0xa1)]);
  });

  it("behavior: a session that the policy does not know is revoked by the start of its id", () => {
    const [step] = order("revoke", "keeper.0xfeed").steps;
    expect(call(step?.calls[0]?.data ?? "0x").args).to.deep.equal([standing[1]?.id]);
  });

  it("behavior: all of an account's sessions are one call, which also voids what is signed and not used", () => {
    const { steps } = order("revoke", "keeper");
    expect(steps).to.have.length(1);
    expect(steps[0]?.effect).to.equal("tightening");
    expect(
      decodeFunctionData({ abi: smartAccountAbi, data: steps[0]?.calls[0]?.data ?? "0x" }).functionName,
    ).to.equal("bumpEpoch");
  });

  it("error: names nobody has are met with the nearest", () => {
    expect(refusedWith(() => order("grant", "keeper.dayly"), "SESSION_UNKNOWN").hint).to.match(
      /keeper\.daily/,
    );
    expect(refusedWith(() => order("grant", "keeper"), "SESSION_UNKNOWN").message).to.match(/Which session/);
    expect(refusedWith(() => order("revoke", "kepper.daily"), "ACCOUNT_UNKNOWN").hint).to.match(/keeper/);
  });
});
