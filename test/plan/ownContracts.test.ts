/** Plans on our own contracts, carried out on a chain: what guardians and pausers did, conditions, pinned code. */
import { expect } from "chai";
import hre from "hardhat";
import { type Address, encodeFunctionData, type Hex, keccak256, numberToHex, zeroAddress } from "viem";
import { timelockAbi } from "../../src/abi/timelock.ts";
import { planChanges } from "../../src/plan/index.ts";
import { compilePolicy, type PolicyInput } from "../../src/policy/index.ts";
import { deriveRoleId } from "../../src/policy/roleId.ts";
import { readSnapshot } from "../../src/snapshot/index.ts";
import { passTime } from "../operations/environment.ts";
import { type Chain, connectChain, developmentAccount } from "../safe/localSafe.ts";
import { type Artifact, openzeppelin, peer } from "../snapshot/peers.ts";
import { deploy, expectNothingToDo, reach, send } from "./onChain.ts";

const DAY = 86_400;

describe("plans on a Timelock and a RoleManager", () => {
  const keys = [0, 1, 2, 3].map((i) => developmentAccount(i).address) as [Address, Address, Address, Address];
  const [, first, second, guardian] = keys;
  let chain: Chain;
  let artifacts: Record<"Timelock" | "RoleManager", Artifact>;
  let at: Record<"timelock" | "manager" | "box", Address>;

  beforeEach(async () => {
    chain = await connectChain();
    artifacts = { Timelock: await own("Timelock"), RoleManager: await own("RoleManager") };
    const timelock = await deploy(chain, artifacts.Timelock, [
      {
        delay: 2 * DAY,
        floor: DAY,
        ceiling: 30 * DAY,
        expiry: 14 * DAY,
        vetoWindow: 93 * DAY,
        vetoLimit: 3,
        proposers: [first, second],
        executors: [zeroAddress],
        cancellers: [],
        guardians: [guardian],
      },
    ]);
    const manager = await deploy(chain, artifacts.RoleManager, [
      [timelock],
      [
        { id: 7n, admin: 0n, guardian: 0n, grantDelay: 2 * DAY, keyBound: false, label: "keeper" },
        {
          id: deriveRoleId("pauser"),
          admin: 0n,
          guardian: 0n,
          grantDelay: 0,
          keyBound: false,
          label: "pauser",
        },
      ],
      [
        { roleId: 7n, account: first, executionDelay: DAY, until: 0 },
        { roleId: deriveRoleId("pauser"), account: guardian, executionDelay: 0, until: 0 },
      ],
    ]);
    at = { timelock, manager, box: await deploy(chain, peer("ManagedBox"), [manager]) };
  });

  it("behavior: a suspended proposer is reinstated through the timelock, by the one that is left", async () => {
    await send(chain, at.timelock, artifacts.Timelock, "suspend", [first], guardian);
    const desired = compile();
    const snapshot = await read();
    const plan = planChanges(desired, snapshot, { now: snapshot.block.timestamp });
    const step = plan.steps.find((s) => s.title.startsWith("Reinstate first"));
    expect(step?.effect).to.equal("loosening");
    expect(step?.route).to.deep.equal({
      kind: "timelock",
      timelock: at.timelock,
      proposer: { kind: "direct", from: second },
    });
    await reach(chain, desired, read);
    expect((await timelockState()).suspended).to.deep.equal([]);
    expectNothingToDo(desired, await read());
  }).timeout(60_000);

  it("behavior: a suspended proposer that the policy no longer names is revoked, not reinstated", async () => {
    await send(chain, at.timelock, artifacts.Timelock, "suspend", [first], guardian);
    const desired = compile({ timelock: { proposers: ["second"] } });
    const done = await reach(chain, desired, read);
    expect(done).to.include("Take proposer of timelock from first");
    expect(done.join()).not.to.include("Reinstate");
    expect(await timelockState()).to.deep.include({ proposers: [second], suspended: [] });
  }).timeout(60_000);

  it("behavior: post-conditions are added, then replaced; the new one rules before the old one ends", async () => {
    const conditioned = (atMost: string) =>
      compile({ timelock: { postConditions: [{ call: "box.value()", expect: { atMost } }] } });
    await reach(chain, conditioned("5"), read);
    const call = encodeFunctionData({ abi: peer("ManagedBox").abi, functionName: "value" });
    expect((await timelockState()).postConditions).to.deep.equal([
      {
        target: at.box,
        data: call,
        comparison: "atMost",
        expected: numberToHex(5n, { size: 32 }),
        until: 0n,
        index: 0,
      },
    ]);
    const done = await reach(chain, conditioned("9"), read);
    expect(done).to.deep.equal([
      "Check after every operation of timelock: box.value() at most 9",
      "Stop checking after every operation of timelock: box.value() at most 5",
    ]);
    const both = (await timelockState()).postConditions ?? [];
    expect(both.map((c) => [BigInt(c.expected), c.until === 0n])).to.deep.equal([
      [5n, false],
      [9n, true],
    ]);
    await passTime(chain, 3 * DAY);
    expectNothingToDo(conditioned("9"), await read());
  }).timeout(60_000);

  it("behavior: a target that a pauser closed is opened again through the timelock; closing takes the same lane, at once there", async () => {
    await send(chain, at.manager, artifacts.RoleManager, "setTargetClosed", [at.box, true], guardian);
    expectNothingToDo(compile({ box: { closed: true } }), await read());
    const done = await reach(chain, compile(), read);
    expect(done).to.deep.equal(["Open box for all roles of manager"]);
    expectNothingToDo(compile(), await read());
    expect(await reach(chain, compile({ box: { closed: true } }), read)).to.deep.equal([
      "Close box to all roles of manager",
    ]);
  }).timeout(60_000);

  it("behavior: a grant delay below the longest execution delay there ever was is said, not planned", async () => {
    const desired = compile({ keeper: { grants: {}, grantDelay: "1 hour" } });
    const snapshot = await read();
    const role = snapshot.contracts
      .find((c) => c.address === at.manager)
      ?.manager?.roles.find((r) => r.id === 7n);
    expect(role?.longestDelay).to.equal(BigInt(DAY));
    const plan = planChanges(desired, snapshot, { now: snapshot.block.timestamp });
    expect(plan.findings.map((f) => f.message).join()).to.match(/once had an execution delay of 1 day/);
  });

  it("behavior: code that the policy names is installed with its hash pinned, where its layout was checked; else it is said", async () => {
    const logic = await deploy(chain, peer("OwnedUups"));
    const next = await deploy(chain, peer("OwnedUups"));
    const init = encodeFunctionData({
      abi: peer("OwnedUups").abi,
      functionName: "initialize",
      args: [at.timelock],
    });
    const proxy = await deploy(chain, openzeppelin("ERC1967Proxy"), [logic, init]);
    const desired = compile({
      more: {
        proxy: {
          at: `hardhat:${proxy}`,
          ownable: "timelock",
          proxy: { kind: "uups", implementation: `hardhat:${next}` },
        },
      },
    });
    const readAll = () =>
      readSnapshot(chain.reader, { addresses: [...Object.values(at), proxy], follow: true });
    const snapshot = await readAll();
    const unchecked = planChanges(desired, snapshot, { now: snapshot.block.timestamp });
    expect(unchecked.steps).to.deep.equal([]);
    expect(unchecked.findings.map((f) => [f.path, f.hint])).to.deep.equal([
      ["proxy.implementation", "npx hardhat upgrade propose proxy --to <Artifact>"],
    ]);

    const code = (await chain.reader.getCode({ address: next })) as Hex;
    const checked = {
      proxy,
      implementation: next,
      safe: true as const,
      codehash: keccak256(code),
      answersImplementation: false,
    };
    const plan = planChanges(desired, snapshot, {
      now: snapshot.block.timestamp,
      implementations: [checked],
    });
    expect(plan.steps.map((s) => [s.effect, s.route.kind, s.calls.length])).to.deep.equal([
      ["loosening", "timelock", 2],
    ]);
    await reach(chain, desired, readAll, { implementations: [checked] });
    const after = (await readAll()).contracts.find((c) => c.address === proxy);
    expect(after?.proxy?.implementation).to.equal(next);
  }).timeout(60_000);

  it("behavior: code behind a beacon that a timelock owns is pinned before and checked after, in one batch", async () => {
    const [logic, next] = [await deploy(chain, peer("OwnedUups")), await deploy(chain, peer("OwnedUups"))];
    const beacon = await deploy(chain, openzeppelin("UpgradeableBeacon"), [logic, at.timelock]);
    const proxy = await deploy(chain, openzeppelin("BeaconProxy"), [beacon, "0x"]);
    const desired = compile({
      more: {
        beacon: { at: `hardhat:${beacon}`, ownable: "timelock" },
        kiosk: {
          at: `hardhat:${proxy}`,
          proxy: { kind: "beacon", beacon: "beacon", implementation: `hardhat:${next}` },
        },
      },
    });
    const readAll = () =>
      readSnapshot(chain.reader, { addresses: [...Object.values(at), beacon, proxy], follow: true });
    const codehash = keccak256((await chain.reader.getCode({ address: next })) as Hex);
    const checked = {
      proxy,
      implementation: next,
      safe: true as const,
      codehash,
      answersImplementation: false,
    };
    const snapshot = await readAll();
    const { steps } = planChanges(desired, snapshot, {
      now: snapshot.block.timestamp,
      implementations: [checked],
    });
    expect(steps.map(({ route }) => route.kind)).to.deep.equal(["timelock"]);
    const pin = (functionName: "requireCodehash" | "requireImplementation", args: readonly unknown[]) =>
      encodeFunctionData({ abi: timelockAbi, functionName, args } as Parameters<
        typeof encodeFunctionData
      >[0]);
    const { abi } = openzeppelin("UpgradeableBeacon");
    expect(steps[0]?.calls.map(({ to, data }) => [to, data])).to.deep.equal([
      [at.timelock, pin("requireCodehash", [next, codehash])],
      [beacon, encodeFunctionData({ abi, functionName: "upgradeTo", args: [next] })],
      [at.timelock, pin("requireImplementation", [beacon, next, codehash])],
    ]);
    await reach(chain, desired, readAll, { implementations: [checked] });
    const after = (await readAll()).contracts.find((c) => c.address === proxy);
    expect(after?.proxy?.implementation).to.equal(next);
  }).timeout(60_000);

  const own = async (name: string): Promise<Artifact> => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    return { abi, bytecode: bytecode as Hex } as Artifact;
  };
  const read = () => readSnapshot(chain.reader, { addresses: Object.values(at), follow: true });
  const timelockState = async () => {
    const state = (await read()).contracts.find((c) => c.address === at.timelock)?.timelock;
    if (state === undefined) throw new Error("no timelock");
    return state;
  };

  function compile({
    timelock = {},
    box = {},
    keeper = {},
    more = {},
  }: {
    timelock?: object;
    box?: object;
    keeper?: object;
    more?: NonNullable<PolicyInput["contracts"]>;
  } = {}) {
    const policy: PolicyInput = {
      schema: 1,
      name: "own",
      networks: { hardhat: { chain: 31337, tier: "development" } },
      signers: Object.fromEntries(
        ["owner", "first", "second", "guardian"].map((name, account) => [
          name,
          { provider: "development" as const, account },
        ]),
      ),
      timelocks: {
        timelock: {
          at: `hardhat:${at.timelock}`,
          delay: "2 days",
          floor: "1 day",
          ceiling: "30 days",
          expiry: "14 days",
          proposers: ["first", "second"],
          executors: "anyone",
          guardians: ["guardian"],
          ...timelock,
        },
      },
      managers: { manager: { at: `hardhat:${at.manager}`, admin: "timelock" } },
      contracts: {
        box: {
          at: `hardhat:${at.box}`,
          manager: "manager",
          abi: ["function set(uint256)", "function value() view returns (uint256)"],
          ...box,
        },
        ...more,
      },
      roles: {
        keeper: {
          id: 7,
          grantDelay: "2 days",
          grants: { first: { delay: "1 day" } },
          ...keeper,
        },
        pauser: { grants: { guardian: {} } },
      },
    };
    return compilePolicy(policy, { network: "hardhat", chainId: 31337 });
  }
});
