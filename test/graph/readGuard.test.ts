import { expect } from "chai";
import { type AbiFunction, type Address, getAbiItem, keccak256, toFunctionSelector, toHex } from "viem";
import { readGuard } from "../../src/graph/readGuard.ts";
import { readGuards } from "../../src/graph/readGuards.ts";
import { whoCan } from "../../src/graph/whoCan.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import { startChain, type TestChain } from "../snapshot/chain.ts";
import { type Artifact, openzeppelin, peer } from "../snapshot/peers.ts";

describe("graph/readGuard", () => {
  let chain: TestChain;
  before(async () => {
    chain = await startChain();
  });
  const ask = async (artifact: Artifact, address: Address, name: string) =>
    readGuard(chain.client, {
      address,
      item: item(artifact, name),
      blockNumber: await chain.client.getBlockNumber(),
    });

  it("behavior: a stranger's call shows the owner, the role, the manager, or that nothing is asked", async () => {
    const owned = await chain.deploy(peer("OwnedBox"), [chain.accounts[1]]);
    expect(await ask(peer("OwnedBox"), owned, "set")).to.deep.equal({ kind: "owner" });
    const roles = await chain.deploy(peer("RoleBox"), [chain.accounts[1]]);
    const minter = keccak256(toHex("MINTER_ROLE"));
    expect(await ask(peer("RoleBox"), roles, "mint")).to.deep.equal({ kind: "role", role: minter });
    expect(await ask(peer("RoleBox"), roles, "open")).to.deep.equal({ kind: "open" });
    const manager = await chain.deploy(openzeppelin("AccessManager"), [chain.accounts[1]]);
    const managed = await chain.deploy(peer("ManagedBox"), [manager]);
    expect(await ask(peer("ManagedBox"), managed, "set")).to.deep.equal({ kind: "managed" });
  });

  it("behavior: an answer that names no rule says nothing", async () => {
    const furnace = await chain.deploy(peer("Furnace"));
    expect(await ask(peer("OwnedBox"), furnace, "set")).to.equal(undefined);
  });

  it("behavior: with the guard read, only those with the role reach the function, on a real contract", async () => {
    const [admin, minter] = chain.accounts as [Address, Address];
    const box = peer("RoleBox");
    const target = await chain.deploy(box, [admin]);
    await chain.send(target, box, "grantRole", [keccak256(toHex("MINTER_ROLE")), minter]);
    const snapshot = await readSnapshot(chain.client, { addresses: [target], follow: true });
    const mint = item(box, "mint");
    const guards = await readGuards(chain.client, { snapshot, target, item: mint });
    const reach = whoCan(snapshot, { target, selector: toFunctionSelector(mint), guards });
    expect(reach.paths.map((path) => [path.by, path.assumed])).to.deep.equal([
      [{ kind: "address", address: minter }, false],
      [{ kind: "address", address: admin }, false],
    ]);
  });
});

function item({ abi }: Artifact, name: string): AbiFunction {
  return getAbiItem({ abi, name }) as AbiFunction;
}
