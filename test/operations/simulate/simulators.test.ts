import hre from "hardhat";
import { connectEmbeddedSimulator } from "../../../src/operations/simulate/embedded.ts";
import { simulate } from "../../../src/operations/simulate/simulate.ts";
import { type LocalNode, startNode } from "../../sandbox.ts";
import { rejects, shouldBehaveLikeSimulator } from "./shouldBehaveLikeSimulator.ts";
import { createWorld, fund, http, openHardhatFork, type World } from "./world.ts";

describe("simulate: snapshot and revert on Hardhat's in-process chain", () => {
  let world: World;
  before(async () => {
    const connection = await hre.network.create();
    world = await createWorld(connection.provider);
    await fund(world);
  });
  shouldBehaveLikeSimulator(() => ({ world, open: () => connectEmbeddedSimulator(world.provider) }));

  it("error: a chain that moved on is not what was connected to", async () => {
    const simulator = await connectEmbeddedSimulator(world.provider);
    await world.send({ to: world.other, value: 1n });
    const time = (await world.now()) + 10n;
    const call = { from: world.safe, to: world.other, value: 1n, data: "0x", time, part: "effect" } as const;
    await rejects(
      simulate(simulator, { chainId: world.chainId, transactions: [call], book: world.book }),
      "SIMULATION_STALE",
    );
  });
});

describe("simulate: a fork of a Hardhat node over HTTP", () => {
  let node: LocalNode;
  let world: World;
  before(async () => {
    node = await startNode("hardhat");
    world = await createWorld(http(node.url));
    await fund(world);
  });
  after(() => node.stop());
  shouldBehaveLikeSimulator(() => ({ world, open: () => openHardhatFork(world.provider, node.url) }));
});
