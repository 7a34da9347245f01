import { expect } from "chai";
import hre from "hardhat";
import {
  type Address,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  keccak256,
  toFunctionSelector,
  zeroAddress,
  zeroHash,
} from "viem";
import { roleManagerAbi } from "../../src/abi/roleManager.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import { roleManagerEvents } from "../../src/snapshot/surfaces/managerAbi.ts";
import type { ContractState } from "../../src/snapshot/types.ts";
import { startChain, type TestChain } from "./chain.ts";
import { type Artifact, peer } from "./peers.ts";

const DAY = 86_400;
const settled = (seconds: number) => ({ current: BigInt(seconds), pending: BigInt(seconds), effect: 0n });

describe("snapshot of Portcullis's own contracts", () => {
  let chain: TestChain;
  let a: Address[];
  const own = async (name: string): Promise<Artifact> => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    return { abi, bytecode: bytecode as Hex } as Artifact;
  };
  const read = async (address: Address): Promise<ContractState> =>
    (await readSnapshot(chain.client, { addresses: [address] })).contracts[0]!;
  const now = async () => (await chain.client.getBlock()).timestamp;

  before(async () => {
    chain = await startChain();
    a = chain.accounts;
  });

  it("behavior: every event the reader looks for is one the RoleManager emits", () => {
    const known = new Set(roleManagerAbi.map((item) => JSON.stringify(signature(item))));
    for (const item of roleManagerEvents) expect(known).to.include(JSON.stringify(signature(item)));
  });

  it("behavior: RoleManager: expiry, renewals, key-bound roles, bindings, delays from the first block", async () => {
    const artifact = await own("RoleManager");
    const until = Number(await now()) + 100 * DAY;
    const role = (id: bigint, more = {}) => ({
      id,
      admin: 0n,
      guardian: 9n,
      grantDelay: 2 * DAY,
      keyBound: false,
      label: `r${id}`,
      ...more,
    });
    const manager = await chain.deploy(artifact, [
      [a[0]],
      [role(7n, { keyBound: true }), role(9n, { guardian: 0n, label: "guardian" })],
      [
        { roleId: 7n, account: a[1], executionDelay: 3600, until },
        { roleId: 9n, account: a[2], executionDelay: 0, until: 0 },
      ],
    ]);
    await chain.send(manager, artifact, "renewRole", [7n, a[1], until + 50 * DAY]);
    const state = (await read(manager)).manager!;
    const block = await now();

    expect(state.flavour).to.equal("portcullis");
    const bound = state.roles.find((r) => r.id === 7n)!;
    expect(bound).to.deep.include({
      label: "r7",
      admin: 0n,
      guardian: 9n,
      keyBound: true,
      grantDelay: settled(2 * DAY),
      longestDelay: 3600n,
    });
    expect(bound.members).to.have.length(1);
    expect(bound.members[0]).to.deep.include({
      account: a[1],
      until: BigInt(until),
      delay: settled(3600),
    });
    // The contract keeps the effect in steps of two seconds, rounded up.
    const renewal = bound.members[0]!.pendingUntil!;
    expect(renewal.until).to.equal(BigInt(until + 50 * DAY));
    expect(Number(renewal.effect - block) - 2 * DAY).to.be.within(0, 1);
    expect(state.roles.find((r) => r.id === 0n)?.members.map((m) => [m.account, m.until])).to.deep.equal([
      [a[0], 0n],
    ]);
    expect(state.bindings).to.deep.equal([]);
    expect(state.rotations).to.deep.equal([]);

    await chain.increaseTime(101 * DAY);
    const later = (await read(manager)).manager!.roles.find((r) => r.id === 7n)!;
    expect(later.members[0]).to.deep.include({ until: BigInt(until + 50 * DAY) });
    expect(later.members[0]).to.not.have.property("pendingUntil");
  });

  it("behavior: RoleManager: a grant delay that shrinks, and an operation with value, deadline and salt", async () => {
    const artifact = await own("RoleManager");
    const manager = await chain.deploy(artifact, [
      [a[0]],
      [{ id: 7n, admin: 0n, guardian: 0n, grantDelay: 5 * DAY, keyBound: false, label: "keeper" }],
      [{ roleId: 7n, account: a[1], executionDelay: DAY, until: 0 }],
    ]);
    const box = await chain.deploy(peer("ManagedBox"), [manager]);
    const set = toFunctionSelector("set(uint256)");
    await chain.send(manager, artifact, "setTargetFunctionRole", [box, [set], 7n]);
    await chain.send(manager, artifact, "setGrantDelay", [7n, 2 * DAY]);
    const changed = await now();
    const data = encodeFunctionData({ abi: peer("ManagedBox").abi, functionName: "set", args: [1n] });
    const deadline = Number(changed) + 9 * DAY;
    const salt = keccak256("0x01");
    await chain.send(manager, artifact, "scheduleCall", [box, 3n, data, 0, deadline, salt], a[1]);
    const scheduled = await now();
    const state = (await read(manager)).manager!;
    const keeper = state.roles.find((r) => r.id === 7n)!;
    expect(keeper.grantDelay).to.deep.include({ current: BigInt(5 * DAY), pending: BigInt(2 * DAY) });
    expect(keeper.grantDelay.effect > changed).to.equal(true);
    expect(state.targets).to.deep.equal([
      { address: box, closed: false, adminDelay: settled(0), functions: [{ selector: set, role: 7n }] },
    ]);
    expect(state.operations).to.have.length(1);
    expect(state.operations[0]).to.deep.include({
      caller: a[1],
      target: box,
      data,
      value: 3n,
      salt,
      readyAt: scheduled + BigInt(DAY),
      expiresAt: BigInt(deadline),
    });
    await chain.send(manager, artifact, "cancelCall", [a[1], box, 3n, data, deadline, salt], a[1]);
    expect((await read(manager)).manager?.operations).to.deep.equal([]);
  });

  it("behavior: Timelock: bounds, duties, a suspended proposer, and operations that it voided", async () => {
    const artifact = await own("Timelock");
    const config = {
      delay: 2 * DAY,
      floor: DAY,
      ceiling: 30 * DAY,
      expiry: 14 * DAY,
      vetoWindow: 93 * DAY,
      vetoLimit: 3,
      proposers: [a[1], a[2]],
      executors: [zeroAddress],
      cancellers: [a[3]],
      guardians: [a[4]],
    };
    const timelock = await chain.deploy(artifact, [config]);
    const schedule = (n: bigint, from: Address) =>
      chain.send(timelock, artifact, "schedule", [a[9], n, "0x", zeroHash, zeroHash, 2 * DAY], from);
    await schedule(1n, a[1]!);
    await schedule(2n, a[2]!);
    await chain.send(timelock, artifact, "suspend", [a[1]], a[4]);
    const state = (await read(timelock)).timelock!;
    expect({ ...state, operations: [] }).to.deep.equal({
      flavour: "portcullis",
      delay: settled(2 * DAY),
      floor: BigInt(DAY),
      ceiling: BigInt(30 * DAY),
      expiry: BigInt(14 * DAY),
      vetoLimit: 3n,
      vetoWindow: BigInt(93 * DAY),
      proposers: [a[1], a[2]].sort(),
      cancellers: [a[3]],
      executors: [zeroAddress],
      admins: [timelock],
      guardians: [a[4]],
      suspended: [a[1]],
      postConditions: [],
      operations: [],
    });
    const byProposer = (who: Address) => state.operations.find((operation) => operation.proposer === who);
    expect(byProposer(a[1]!)).to.deep.include({
      status: "void",
      calls: [{ to: a[9], value: 1n, data: "0x" }],
    });
    expect(byProposer(a[2]!)?.status).to.equal("waiting");
    const { readyAt } = byProposer(a[2]!)!;
    expect(byProposer(a[2]!)?.expiresAt).to.equal(readyAt + BigInt(14 * DAY));
    await chain.increaseTime(3 * DAY);
    const statusOf = async () =>
      (await read(timelock)).timelock!.operations.find((o) => o.proposer === a[2])?.status;
    expect(await statusOf()).to.equal("ready");
    await chain.increaseTime(15 * DAY);
    expect(await statusOf()).to.equal("expired");
  });

  it("behavior: a whole deployment is followed from the vault to its keys", async () => {
    const artifact = await own("RoleManager");
    const timelockArtifact = await own("Timelock");
    const nonce = BigInt(await chain.client.getTransactionCount({ address: a[0]! }));
    const timelock = getContractAddress({ from: a[0]!, nonce });
    const config = {
      delay: 2 * DAY,
      floor: DAY,
      ceiling: 30 * DAY,
      expiry: 14 * DAY,
      vetoWindow: 93 * DAY,
      vetoLimit: 3,
      proposers: [a[1]],
      executors: [a[1]],
      cancellers: [],
      guardians: [a[4]],
    };
    expect(await chain.deploy(timelockArtifact, [config])).to.equal(timelock);
    const manager = await chain.deploy(artifact, [[timelock], [], []]);
    const box = await chain.deploy(peer("ManagedBox"), [manager]);
    const snapshot = await readSnapshot(chain.client, { addresses: [box], follow: true });
    const found = snapshot.contracts.map(({ address }) => address);
    expect(found).to.have.members([box, manager, timelock, a[1], a[4]]);
  });
});

function signature(item: {
  type: string;
  name?: string;
  inputs?: readonly { type: string; indexed?: boolean }[];
}): unknown {
  return [item.type, item.name, item.inputs?.map((input) => [input.type, input.indexed ?? false])];
}
