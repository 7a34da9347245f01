import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type Address, getAddress, type Hex, keccak256, toHex } from "viem";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import { startChain, type TestChain } from "./chain.ts";
import { faultyNode } from "./faultyNode.ts";
import { peer } from "./peers.ts";

const MULTICALL3 = getAddress("0xca11bde05977b3631167028862be2a173976ca11");
const MINTER = keccak256(toHex("MINTER_ROLE"));

describe("snapshot in few requests", () => {
  let chain: TestChain;
  before(async () => {
    chain = await startChain();
  });

  async function count(address: Address) {
    const node = faultyNode(chain.provider, () => undefined);
    const snapshot = await readSnapshot(node.client, { addresses: [address] });
    return { state: snapshot.contracts[0]!, requests: node.requests.length, calls: node.count("eth_call") };
  }

  it("behavior: 10,000 logs of one member cost no more requests than two", async () => {
    const box = peer("RoleBox");
    const quiet = await chain.deploy(box, [chain.accounts[0]]);
    await chain.send(quiet, box, "flip", [MINTER, chain.accounts[1], 1]);
    const busy = await chain.deploy(box, [chain.accounts[0]]);
    for (let i = 0; i < 20; i++) await chain.send(busy, box, "flip", [MINTER, chain.accounts[1], 250]);
    const logs = await chain.client.getLogs({ address: busy, fromBlock: 0n });
    expect(logs.length).to.equal(10_001);
    const { requests, state } = await count(busy);
    expect(requests).to.be.at.most((await count(quiet)).requests + 70);
    expect(requests).to.be.lessThan(130);
    expect(state.accessControl?.roles).to.have.length(1);
  });

  it("behavior: with Multicall3, a thousand members are confirmed in a few calls, to the same snapshot", async () => {
    const box = peer("RoleBox");
    const address = await chain.deploy(box, [chain.accounts[0]]);
    for (let i = 0; i < 5; i++) await chain.send(address, box, "grantMany", [MINTER, 10_000 + 200 * i, 200]);
    const one = await count(address);
    await install(chain);
    const many = await count(address);
    expect(many.state).to.deep.equal(one.state);
    expect(many.state.accessControl?.roles.flatMap((role) => role.members)).to.have.length(1001);
    expect(one.calls).to.be.greaterThan(1000);
    expect(many.calls).to.be.lessThan(40);
  });

  it("behavior: a call that burns the gas of its batch is not taken for a refusal of the ones after it", async () => {
    await install(chain);
    const furnace = await chain.deploy(peer("Furnace"));
    const box = await chain.deploy(peer("OwnedBox"), [chain.accounts[1]]);
    const snapshot = await readSnapshot(chain.client, { addresses: [furnace, box] });
    expect(snapshot.contracts.find(({ address }) => address === box)?.ownable).to.deep.equal({
      owner: chain.accounts[1],
    });
  });

  it("behavior: a contract that changes others while it is asked does not change what is read of them", async () => {
    await install(chain);
    const meddler = peer("Meddler");
    const address = await chain.deploy(meddler);
    const owned = (await chain.client.readContract({
      address,
      abi: meddler.abi,
      functionName: "owned",
    })) as Address;
    const answers = await chain.client.multicall({
      contracts: [address, owned].map((to) => ({
        address: to,
        abi: peer("OwnedBox").abi,
        functionName: "owner",
      })),
      multicallAddress: MULTICALL3,
      allowFailure: false,
    });
    expect(answers[1], "together in one call, the attack works").to.equal(
      getAddress(`0x${"0".repeat(36)}dead`),
    );
    const snapshot = await readSnapshot(chain.client, { addresses: [address, owned] });
    expect(snapshot.contracts.find((contract) => contract.address === owned)?.ownable?.owner).to.equal(
      address,
    );
  });

  it("behavior: whatever else sits at Multicall3's address is not asked", async () => {
    const parrot = await chain.deploy(peer("Parrot"));
    const code = await chain.client.getCode({ address: parrot });
    await chain.provider.request({ method: "hardhat_setCode", params: [MULTICALL3, code] } as never);
    const box = await chain.deploy(peer("OwnedBox"), [chain.accounts[1]]);
    expect((await count(box)).state.ownable).to.deep.equal({ owner: chain.accounts[1] });
  });
});

/** viem carries Multicall3's creation code. */
async function install(chain: TestChain): Promise<void> {
  const require = createRequire(import.meta.url);
  const constants = join(dirname(require.resolve("viem")), "constants", "contracts.js");
  const { multicall3Bytecode } = require(constants) as { multicall3Bytecode: Hex };
  const deployed = await chain.deploy({ abi: [], bytecode: multicall3Bytecode });
  const code = await chain.client.getCode({ address: deployed });
  await chain.provider.request({ method: "hardhat_setCode", params: [MULTICALL3, code] } as never);
}
