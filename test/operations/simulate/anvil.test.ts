import { expect } from "chai";
import { hashEffects } from "../../../src/operations/effects/canonical.ts";
import { connectEmbeddedSimulator } from "../../../src/operations/simulate/embedded.ts";
import { simulate } from "../../../src/operations/simulate/simulate.ts";
import { connectSimulateV1 } from "../../../src/operations/simulate/simulateV1.ts";
import { hasAnvil, type LocalNode, startNode } from "../../sandbox.ts";
import { shouldBehaveLikeSimulator } from "./shouldBehaveLikeSimulator.ts";
import { bySafe, createWorld, DAY, fund, http, openHardhatFork, type World } from "./world.ts";

const describeAnvil = hasAnvil ? describe : describe.skip;

describeAnvil("simulate: over anvil", () => {
  let node: LocalNode;
  let world: World;
  before(async () => {
    node = await startNode("anvil");
    world = await createWorld(http(node.url));
    await fund(world);
  });
  after(() => node.stop());

  describe("eth_simulateV1 with a tracer", () => {
    shouldBehaveLikeSimulator(() => ({ world, open: () => connectSimulateV1(world.provider) }));
  });
  describe("snapshot and revert", () => {
    shouldBehaveLikeSimulator(() => ({ world, open: () => connectEmbeddedSimulator(world.provider) }));
  });
  describe("an in-process fork", () => {
    shouldBehaveLikeSimulator(() => ({ world, open: () => openHardhatFork(world.provider, node.url) }));
  });

  it("behavior: all kinds commit to the same hash", async () => {
    const time = (await world.now()) + DAY;
    const transactions = [bySafe(world, { to: world.overwriter, delegate: true }, time)];
    const hashes = [];
    for (const open of [
      () => connectSimulateV1(world.provider),
      () => connectEmbeddedSimulator(world.provider),
      () => openHardhatFork(world.provider, node.url),
    ]) {
      const simulator = await open();
      const request = { chainId: world.chainId, transactions, origin: world.safe, book: world.book };
      hashes.push(hashEffects(await simulate(simulator, request)));
      await simulator.close();
    }
    expect(new Set(hashes).size).to.equal(1);
  });
});
