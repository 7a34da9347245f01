import { expect } from "chai";
import {
  type Address,
  concatHex,
  encodeFunctionData,
  keccak256,
  numberToHex,
  pad,
  size,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import type { ContractState, Snapshot } from "../../src/snapshot/types.ts";
import { startChain, type TestChain } from "./chain.ts";
import { openzeppelin, peer } from "./peers.ts";

const DAY = 86_400;
const MINTER = keccak256(toHex("MINTER_ROLE"));
const sorted = (...addresses: Address[]) => [...addresses].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

describe("snapshot/readSnapshot", () => {
  let chain: TestChain;
  let a: Address[];
  before(async () => {
    chain = await startChain();
    a = chain.accounts;
  });

  async function read(address: Address): Promise<ContractState> {
    const snapshot = await readSnapshot(chain.client, { addresses: [address] });
    expect(snapshot.contracts).to.have.length(1);
    return snapshot.contracts[0]!;
  }

  it("behavior: a key has no code and no surface", async () => {
    expect(await read(a[1]!)).to.deep.equal({ address: a[1], codehash: null });
  });

  it("behavior: a key with an EIP-7702 delegate shows whose code it runs", async () => {
    const key = "0x00000000000000000000000000000000000A11cE";
    const delegate = await chain.deploy(peer("Sink"));
    const code = `0xef0100${delegate.slice(2).toLowerCase()}` as const;
    await chain.provider.request({ method: "hardhat_setCode", params: [key, code] } as never);
    expect(await read(key)).to.deep.equal({ address: key, codehash: keccak256(code), delegate });
  });

  it("behavior: Ownable with its pause, and Ownable2Step with a pending owner", async () => {
    const box = await chain.deploy(peer("OwnedBox"), [a[1]]);
    const state = await read(box);
    expect(state.ownable).to.deep.equal({ owner: a[1] });
    expect(state.pausable).to.deep.equal({ paused: false });
    expect(Object.keys(state).sort()).to.deep.equal(["address", "codehash", "ownable", "pausable"]);
    await chain.send(box, peer("OwnedBox"), "pause", [], a[1]);
    expect((await read(box)).pausable).to.deep.equal({ paused: true });

    const two = await chain.deploy(peer("TwoStepBox"), [a[1]]);
    expect((await read(two)).ownable).to.deep.equal({ owner: a[1], pendingOwner: zeroAddress });
    await chain.send(two, peer("TwoStepBox"), "transferOwnership", [a[2]], a[1]);
    expect((await read(two)).ownable).to.deep.equal({ owner: a[1], pendingOwner: a[2] });
  });

  it("behavior: AccessControl members are those who hold the role now, not those the logs name", async () => {
    const box = peer("RoleBox");
    const address = await chain.deploy(box, [a[0]]);
    for (const who of [a[1], a[2], a[3]]) await chain.send(address, box, "grantRole", [MINTER, who]);
    await chain.send(address, box, "revokeRole", [MINTER, a[2]]);
    await chain.send(address, box, "setRoleAdmin", [MINTER, keccak256(toHex("ADMIN_ROLE"))]);
    expect((await read(address)).accessControl).to.deep.equal({
      roles: [
        { role: zeroHash, label: "DEFAULT_ADMIN_ROLE", admin: zeroHash, members: [a[0]] },
        {
          role: MINTER,
          label: "MINTER_ROLE",
          admin: keccak256(toHex("ADMIN_ROLE")),
          members: sorted(a[1]!, a[3]!),
        },
        { role: keccak256(toHex("ADMIN_ROLE")), label: "ADMIN_ROLE", admin: zeroHash, members: [] },
      ].sort((x, y) => (x.role < y.role ? -1 : 1)),
    });
  });

  it("behavior: AccessControl that came back to where it was is read as the same bytes", async () => {
    const box = peer("RoleBox");
    const address = await chain.deploy(box, [a[0]]);
    const before = (await read(address)).accessControl;
    await chain.send(address, box, "grantRole", [MINTER, a[1]]);
    await chain.send(address, box, "revokeRole", [MINTER, a[1]]);
    expect((await read(address)).accessControl).to.deep.equal(before);
  });

  it("behavior: AccessControlDefaultAdminRules with a transfer and a delay change under way; its owner() is no Ownable", async () => {
    const rules = peer("RulesBox");
    const address = await chain.deploy(rules, [DAY, a[0]]);
    await chain.send(address, rules, "beginDefaultAdminTransfer", [a[1]]);
    await chain.send(address, rules, "changeDefaultAdminDelay", [2 * DAY]);
    const state = await read(address);
    expect(state.ownable).to.equal(undefined);
    expect(state.accessControl?.defaultAdmin).to.deep.include({ admin: a[0], delay: BigInt(DAY) });
    expect(state.accessControl?.defaultAdmin?.pending?.newAdmin).to.equal(a[1]);
    expect(state.accessControl?.defaultAdmin?.pendingDelay?.newDelay).to.equal(BigInt(2 * DAY));
  });

  it("behavior: UUPS, transparent and beacon proxies, and the ProxyAdmin's owner", async () => {
    const uups = await chain.deploy(peer("OwnedUups"));
    const init = encodeFunctionData({ abi: peer("OwnedUups").abi, functionName: "initialize", args: [a[1]] });
    const proxy = await read(await chain.deploy(openzeppelin("ERC1967Proxy"), [uups, init]));
    expect(proxy.proxy).to.deep.include({ kind: "uups", implementation: uups, admin: zeroAddress });
    expect(proxy.proxy?.implementationCodehash).to.equal((await read(uups)).codehash);
    expect(proxy.ownable?.owner).to.equal(a[1]);

    const touch = encodeFunctionData({ abi: peer("RoleBox").abi, functionName: "open", args: [1n] });
    const logic = await chain.deploy(peer("RoleBox"), [a[0]]);
    const plain = await read(await chain.deploy(openzeppelin("ERC1967Proxy"), [logic, touch]));
    expect(plain.proxy?.kind).to.equal("unknown");

    const transparent = await read(
      await chain.deploy(openzeppelin("TransparentUpgradeableProxy"), [logic, a[2], touch]),
    );
    expect(transparent.proxy).to.deep.include({ kind: "transparent", implementation: logic });
    expect((await read(transparent.proxy!.admin)).ownable).to.deep.equal({ owner: a[2] });

    const beacon = await chain.deploy(openzeppelin("UpgradeableBeacon"), [logic, a[3]]);
    // ERC-1167, with its arguments behind the code.
    const code = concatHex(["0x363d3d373d3d3d363d73", logic, "0x5af43d82803e903d91602b57fd5bf3", "0xc0ffee"]);
    const creation = concatHex(["0x61", numberToHex(size(code), { size: 2 }), "0x80600a3d393df3", code]);
    const clone = await read(await chain.deploy({ abi: [], bytecode: creation }));
    expect(clone.proxy).to.deep.include({ kind: "clone", implementation: logic, admin: zeroAddress });
    expect(clone.proxy?.implementationCodehash).to.equal(transparent.proxy?.implementationCodehash);

    const behind = await read(await chain.deploy(openzeppelin("BeaconProxy"), [beacon, touch]));
    expect(behind.proxy).to.deep.include({ kind: "beacon", implementation: logic, beacon });
    expect((await read(beacon)).ownable).to.deep.equal({ owner: a[3] });
  });

  it("behavior: AccessManager with pending grants, delays under way, closed targets and a scheduled operation", async () => {
    const manager = openzeppelin("AccessManager");
    const address = await chain.deploy(manager, [a[0]]);
    const box = await chain.deploy(peer("ManagedBox"), [address]);
    const send = (name: string, args: unknown[], from = a[0]) =>
      chain.send(address, manager, name, args, from);
    const set = "0x60fe47b1";
    await send("labelRole", [7n, "keeper"]);
    await send("setRoleAdmin", [7n, 8n]);
    await send("setRoleGuardian", [7n, 9n]);
    await send("grantRole", [8n, a[0], 0]);
    await send("grantRole", [7n, a[1], DAY]);
    await send("setGrantDelay", [7n, 3 * DAY]);
    await send("setTargetFunctionRole", [box, [set], 7n]);
    await send("setTargetAdminDelay", [box, 2 * DAY]);
    await send("grantRole", [7n, a[1], 0]);
    const call = encodeFunctionData({ abi: peer("ManagedBox").abi, functionName: "set", args: [5n] });
    await send("schedule", [box, call, 0], a[1]);
    const state = await read(address);
    const now = BigInt(await time(chain));

    const keeper = state.manager?.roles.find((role) => role.id === 7n);
    expect(keeper).to.deep.include({ label: "keeper", admin: 8n, guardian: 9n, keyBound: false });
    expect(keeper?.grantDelay).to.deep.include({ current: 0n, pending: BigInt(3 * DAY) });
    expect(Number(keeper!.grantDelay.effect - now)).to.be.within(5 * DAY - 10, 5 * DAY);
    expect(keeper?.members.map((m) => m.account)).to.deep.equal([a[1]]);
    expect(keeper?.members[0]?.delay).to.deep.include({ current: BigInt(DAY), pending: 0n });
    const target = state.manager?.targets[0];
    expect(target).to.deep.include({ address: box, closed: false, functions: [{ selector: set, role: 7n }] });
    expect(target?.adminDelay).to.deep.include({ current: 0n, pending: BigInt(2 * DAY) });
    expect(state.manager?.operations).to.have.length(1);
    expect(state.manager?.operations[0]).to.deep.include({ caller: a[1], target: box, data: call, nonce: 1 });
    expect(state.manager?.flavour).to.equal("openzeppelin");
    expect((await read(box)).managed).to.deep.equal({ authority: address });

    await chain.increaseTime(6 * DAY);
    const later = (await read(address)).manager;
    expect(later?.roles.find((role) => role.id === 7n)?.grantDelay).to.deep.equal(settled(3 * DAY));
    expect(later?.targets[0]?.adminDelay).to.deep.equal(settled(2 * DAY));
    await chain.send(address, manager, "grantRole", [7n, a[2], 0]);
    const pending = (await read(address)).manager?.roles.find((role) => role.id === 7n)?.members;
    const since = pending?.find((m) => m.account === a[2])?.since;
    expect(Number(since! - BigInt(await time(chain)))).to.equal(3 * DAY);
    await chain.increaseTime(10 * DAY);
    expect((await read(address)).manager?.operations).to.deep.equal([]);
  });

  it("behavior: TimelockController with its operations: waiting, ready, done, and none of the cancelled", async () => {
    const timelock = openzeppelin("TimelockController");
    const address = await chain.deploy(timelock, [DAY, [a[1]], [zeroAddress], zeroAddress]);
    const batch = [[a[5], a[6]], [1n, 0n], ["0x", "0x1234"], zeroHash, pad("0x1"), DAY];
    const single = (salt: `0x${string}`) => [a[5], 0n, "0x", zeroHash, salt, DAY];
    await chain.send(address, timelock, "scheduleBatch", batch, a[1]);
    await chain.send(address, timelock, "schedule", single(zeroHash), a[1]);
    await chain.send(address, timelock, "schedule", single(pad("0x2")), a[1]);
    const { abi } = timelock;
    const id = (await chain.client.readContract({
      address,
      abi,
      functionName: "hashOperation",
      args: single(pad("0x2")).slice(0, 5),
    })) as `0x${string}`;
    await chain.send(address, timelock, "cancel", [id], a[1]);
    const state = (await read(address)).timelock!;
    expect({ ...state, operations: state.operations.length }).to.deep.equal({
      flavour: "openzeppelin",
      delay: settled(DAY),
      proposers: [a[1]],
      cancellers: [a[1]],
      executors: [zeroAddress],
      admins: [address],
      guardians: [],
      suspended: [],
      operations: 2,
    });
    const twoCalls = state.operations.find((operation) => operation.calls.length === 2)!;
    expect(twoCalls.calls).to.deep.equal([
      { to: a[5], value: 1n, data: "0x" },
      { to: a[6], value: 0n, data: "0x1234" },
    ]);
    expect(twoCalls).to.deep.include({
      salt: pad("0x1"),
      predecessor: zeroHash,
      status: "waiting",
      expiresAt: 0n,
    });
    await chain.increaseTime(2 * DAY);
    await chain.send(address, timelock, "execute", single(zeroHash).slice(0, 5), a[7]);
    const after = (await read(address)).timelock!.operations.map((operation) => operation.status);
    expect(after.sort()).to.deep.equal(["done", "ready"]);
  });

  it("behavior: a contract that answers everything, nothing, or burns its gas has no surface", async () => {
    for (const name of ["Parrot", "Sink", "Furnace"]) {
      const state = await read(await chain.deploy(peer(name)));
      expect(Object.keys(state), name).to.deep.equal(["address", "codehash"]);
    }
  });

  it("behavior: follow walks to the keys, past cycles", async () => {
    const timelock = await chain.deploy(openzeppelin("TimelockController"), [
      DAY,
      [a[4]],
      [a[5]],
      zeroAddress,
    ]);
    const manager = await chain.deploy(openzeppelin("AccessManager"), [timelock]);
    const box = await chain.deploy(peer("ManagedBox"), [manager]);
    const snapshot = await readSnapshot(chain.client, { addresses: [box], follow: true });
    const found = snapshot.contracts.map((contract) => contract.address);
    expect(found).to.deep.equal(sorted(box, manager, timelock, a[4]!, a[5]!));
  });

  it("behavior: a block of the past is read as it was", async () => {
    const box = await chain.deploy(peer("TwoStepBox"), [a[1]]);
    const blockNumber = await chain.client.getBlockNumber();
    await chain.send(box, peer("TwoStepBox"), "transferOwnership", [a[2]], a[1]);
    const past = await readSnapshot(chain.client, { addresses: [box], blockNumber });
    expect(past.contracts[0]?.ownable?.pendingOwner).to.equal(zeroAddress);
    expect(past.block.number).to.equal(blockNumber);
  });

  it("behavior: any size of ranges gives the same snapshot", async () => {
    const box = peer("RoleBox");
    const address = await chain.deploy(box, [a[0]]);
    for (let i = 0; i < 12; i++) {
      await chain.send(address, box, "grantRole", [MINTER, a[i]]);
      await chain.mine(i);
      if (i % 3 === 0) await chain.send(address, box, "revokeRole", [MINTER, a[i]]);
    }
    const blockNumber = await chain.client.getBlockNumber();
    const of = (chunk: bigint): Promise<Snapshot> =>
      readSnapshot(chain.client, { addresses: [address], blockNumber, chunk });
    const whole = await of(1_000_000n);
    expect(
      whole.contracts[0]?.accessControl?.roles.find((role) => role.role === MINTER)?.members,
    ).to.have.length(8);
    for (const chunk of [1n, 2n, 3n, 7n, 31n, 64n, 1000n]) expect(await of(chunk)).to.deep.equal(whole);
  });
});

function settled(seconds: number): { current: bigint; pending: bigint; effect: bigint } {
  return { current: BigInt(seconds), pending: BigInt(seconds), effect: 0n };
}

async function time(chain: TestChain): Promise<number> {
  return Number((await chain.client.getBlock()).timestamp);
}
