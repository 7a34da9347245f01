/** What every simulator does, whatever it stands on. */
import { expect } from "chai";
import { encodeFunctionData, getAddress, type Hash, parseEther, zeroHash } from "viem";
import { timelockAbi } from "../../../src/abi/timelock.ts";
import { hashEffects } from "../../../src/operations/effects/canonical.ts";
import { compareEffects } from "../../../src/operations/effects/compare.ts";
import { formatEffects } from "../../../src/operations/effects/format.ts";
import { requireSafeEffects } from "../../../src/operations/effects/requireSafe.ts";
import { type SimulationRequest, simulate } from "../../../src/operations/simulate/simulate.ts";
import type { SimulatedTransaction, Simulator } from "../../../src/operations/simulate/types.ts";
import { bySafe, DAY, tokenAbi, type World } from "./world.ts";

const _ANVIL_PORT = 8670;

/** One way to a simulator over one chain; the chain may move on between two openings. */
export interface Setup {
  world: World;
  open(): Promise<Simulator>;
}

export function shouldBehaveLikeSimulator(setup: () => Setup): void {
  const run = async (
    transactions: readonly SimulatedTransaction[],
    more: Partial<SimulationRequest> = {},
  ) => {
    const { world, open } = setup();
    const simulator = await open();
    try {
      return await simulate(simulator, { chainId: world.chainId, transactions, book: world.book, ...more });
    } finally {
      await simulator.close();
    }
  };

  it("behavior: proves every capability it stands on", async () => {
    const simulator = await setup().open();
    expect([...simulator.proved].filter((name) => name !== "revert-to-snapshot").sort()).to.deep.equal([
      "call-tree",
      "impersonation",
      "logs",
      "pinned-block",
      "sequence",
      "state-diff",
      "state-override",
      "time-travel",
    ]);
    await simulator.close();
  });

  it("behavior: ETH and tokens that leave a Safe are told by recipient, and nothing moved", async () => {
    const { world } = setup();
    const to = getAddress("0x00000000000000000000000000000000000e0a01");
    const [block, balance] = await Promise.all([
      world.client.getBlock(),
      world.client.getBalance({ address: world.safe }),
    ]);
    const time = block.timestamp + DAY;
    const pay = { from: world.safe, to, value: parseEther("1"), data: "0x", time, part: "effect" } as const;
    const data = encodeFunctionData({ abi: tokenAbi, functionName: "transfer", args: [to, 500n] });
    const report = await run([pay, { ...pay, to: world.token, value: 0n, data }]);

    expect(report.reason).to.equal(undefined);
    expect(
      report.flows.map(({ asset, from, to: recipient, amount }) => [asset, from, recipient, amount]),
    ).to.deep.equal([
      ["ETH", world.safe, to, parseEther("1")],
      [world.token, world.safe, to, 500n],
    ]);
    expect(report.admin).to.deep.equal([]);
    expect(report.logs.map(({ event }) => event)).to.deep.equal([
      `Transfer(council (${world.safe.slice(0, 6)}…${world.safe.slice(-4)}), ${to}, 500)`,
    ]);
    expect((await world.client.getBlock()).hash).to.equal(block.hash);
    expect(await world.client.getBalance({ address: world.safe })).to.equal(balance);
    expect(await world.client.getBalance({ address: to })).to.equal(0n);
  });

  it("behavior: a Safe's slot 0 overwritten by delegatecall is a new singleton, though no event says so", async () => {
    const { world } = setup();
    const time = (await world.now()) + 10n;
    const report = await run([bySafe(world, { to: world.overwriter, delegate: true }, time)], {
      origin: world.safe,
    });

    expect(report.logs.map(({ address }) => address)).to.deep.equal([world.safe, world.safe]);
    expect(report.admin.find(({ path }) => path === "safe.singleton")?.to).to.equal(
      getAddress(world.overwritten),
    );
    expect(report.delegatecalls.map(({ from, to }) => [from, to])).to.deep.equal([
      [world.safe, world.overwriter],
    ]);
    expect(report.calls.map(({ type, to }) => [type, to])).to.deep.equal([
      ["DELEGATECALL", world.overwriter],
    ]);
    const text = formatEffects(report, world.book);
    expect(text).to.contain("!! DELEGATECALL: council");
    expect(text).to.match(/!! council \(0x….*safe singleton|!! council \(.*\): safe singleton/);
  });

  it("behavior: the effects through a timelock are those of its calls, at the second they are made", async () => {
    const { world } = setup();
    const ready = (await world.now()) + 3n * DAY;
    const data = encodeFunctionData({ abi: timelockAbi, functionName: "updateDelay", args: [3n * DAY] });
    const carried = [world.timelock, 0n, data, zeroHash] as const;
    const through = (salt: Hash): SimulatedTransaction[] => [
      {
        from: world.owner,
        to: world.timelock,
        value: 0n,
        data: encodeFunctionData({
          abi: timelockAbi,
          functionName: "schedule",
          args: [...carried, salt, 2n * DAY],
        }),
        time: ready - 2n * DAY,
        part: "setup",
      },
      {
        from: world.owner,
        to: world.timelock,
        value: 0n,
        data: encodeFunctionData({ abi: timelockAbi, functionName: "execute", args: [...carried, salt] }),
        time: ready,
        part: "effect",
      },
    ];
    const salt = `0x${"11".repeat(32)}` as const;
    const whole = await run(through(salt), { origin: world.timelock });
    const bare = await run([
      { from: world.timelock, to: world.timelock, value: 0n, data, time: ready, part: "effect" },
    ]);

    expect(whole.admin).to.deep.equal([
      { contract: world.timelock, path: "timelock.delay", from: `${2n * DAY}`, to: `${3n * DAY}` },
    ]);
    expect(whole.calls.map(({ call }) => call)).to.deep.equal([`updateDelay(${3n * DAY})`]);
    expect(compareEffects(bare.canonical, whole.canonical).differences).to.deep.equal([]);
    expect(hashEffects(bare)).to.equal(hashEffects(whole));
    const other = await run(through(`0x${"22".repeat(32)}`), { origin: world.timelock });
    expect(hashEffects(other)).to.equal(hashEffects(whole));
  });

  it("error: executed too early it fails, with the timelock's reason", async () => {
    const { world } = setup();
    const time = (await world.now()) + 10n;
    const args = [world.token, 0n, "0x", zeroHash, zeroHash] as const;
    const report = await run([
      {
        from: world.owner,
        to: world.timelock,
        value: 0n,
        data: encodeFunctionData({ abi: timelockAbi, functionName: "execute", args }),
        time,
        part: "effect",
      },
    ]);
    expect(report.success).to.equal(false);
    expect(report.reason).to.match(/^TimelockUnexpectedOperationState\(0x/);
    expect(report.calls.length).to.equal(1);
    expect(() => hashEffects(report))
      .to.throw()
      .with.property("code", "SIMULATION_REVERTED");
    expect(() => requireSafeEffects(report))
      .to.throw()
      .with.property("code", "SIMULATION_REVERTED");
  });

  it("behavior: the hash outlives unrelated blocks, time and balances, and dies with what matters", async () => {
    const { world } = setup();
    const spender = getAddress("0x00000000000000000000000000000000000e0a02");
    const operation = async (recipient = spender): Promise<Hash> => {
      const time = (await world.now()) + DAY;
      const call = { from: world.safe, to: world.token, value: 0n, time, part: "effect" } as const;
      const report = await run([
        {
          ...call,
          data: encodeFunctionData({ abi: tokenAbi, functionName: "transfer", args: [recipient, 5n] }),
        },
        {
          ...call,
          data: encodeFunctionData({ abi: tokenAbi, functionName: "approve", args: [spender, 9n] }),
        },
      ]);
      return hashEffects(report);
    };
    const committed = await operation();
    await world.send({ to: world.safe, value: 7n });
    await world.send({ to: world.other, value: 1n });
    const data = encodeFunctionData({ abi: tokenAbi, functionName: "transfer", args: [world.safe, 77n] });
    await world.send({ to: world.token, data });
    expect(await operation()).to.equal(committed);
    expect(await operation(world.other)).to.not.equal(committed);

    const code = (await world.client.getCode({ address: world.token }))!;
    await world.provider.request({ method: "hardhat_setCode", params: [world.token, `${code}00`] });
    expect(await operation()).to.not.equal(committed);
    await world.provider.request({ method: "hardhat_setCode", params: [world.token, code] });
    await world.send({ to: world.other, value: 1n });
    expect(await operation()).to.equal(committed);
  });

  it("behavior: invariants are asked after the operation, and a broken one refuses", async () => {
    const { world } = setup();
    const time = (await world.now()) + 10n;
    const data = encodeFunctionData({ abi: tokenAbi, functionName: "transfer", args: [world.other, 100n] });
    const held = await world.client.readContract({
      address: world.token,
      abi: tokenAbi,
      functionName: "balanceOf",
      args: [world.safe],
    });
    const ask = encodeFunctionData({ abi: tokenAbi, functionName: "balanceOf", args: [world.safe] });
    const report = await run([{ from: world.safe, to: world.token, value: 0n, data, time, part: "effect" }], {
      invariants: [
        { name: "keeps all but 100", to: world.token, data: ask, min: held - 100n, max: held },
        { name: "keeps all", to: world.token, data: ask, min: held },
        { name: "no such contract", to: world.other, data: ask, min: 0n },
      ],
      bounds: [{ asset: world.token, to: world.other, max: 99n }],
    });
    expect(report.invariants.map(({ holds }) => holds)).to.deep.equal([true, false, false]);
    // The last was silent before, too.
    expect(report.invariants.map(({ change }) => change)).to.deep.equal(["kept", "broken", "still broken"]);
    expect(report.invariants.map(({ before }) => before.got)[1]).to.equal(`${held}`);
    expect(report.bounds).to.deep.equal([
      { asset: world.token, to: world.other, max: 99n, amount: 100n, holds: false },
    ]);
    expect(() => requireSafeEffects(report))
      .to.throw()
      .with.property("code", "INVARIANT_BROKEN");
    expect(() => requireSafeEffects({ ...report, invariants: [] }))
      .to.throw()
      .with.property("code", "BOUND_EXCEEDED");
  });

  it("error: an operation of another chain is not simulated", async () => {
    const { world } = setup();
    const transaction = {
      from: world.safe,
      to: world.other,
      value: 0n,
      data: "0x",
      time: 0n,
      part: "effect",
    } as const;
    await rejects(run([transaction], { chainId: 1 }), "SIMULATION_WRONG_CHAIN");
    await rejects(run([{ ...transaction, part: "setup" }]), "SIMULATION_EMPTY");
  });
}

export async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.have.property("code", code);
}
