import { expect } from "chai";
import { type Address, keccak256, toHex, zeroAddress } from "viem";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import type { ContractState } from "../../src/snapshot/types.ts";
import { startChain, type TestChain } from "./chain.ts";
import { peer } from "./peers.ts";

const MINTER = keccak256(toHex("MINTER_ROLE"));

describe("snapshot of contracts that lie, break or are gone", () => {
  let chain: TestChain;
  let a: Address[];
  before(async () => {
    chain = await startChain();
    a = chain.accounts;
  });
  const read = async (...addresses: Address[]): Promise<readonly ContractState[]> =>
    (await readSnapshot(chain.client, { addresses, follow: true })).contracts;
  const surfaces = (state: ContractState | undefined) =>
    Object.keys(state ?? {}).filter((key) => key !== "address" && key !== "codehash");

  it("behavior: answers of a wrong type are no surface: dirty addresses, booleans of 2, strings, lists of a false length", async () => {
    const liar = await chain.deploy(peer("Liar"));
    expect(surfaces((await read(liar))[0])).to.deep.equal([]);
  });

  it("behavior: half a megabyte of answer is no surface, and hides nobody else's", async () => {
    const flood = await chain.deploy(peer("Flood"));
    const box = await chain.deploy(peer("OwnedBox"), [flood]);
    const found = await read(box);
    expect(found.find((c) => c.address === box)?.ownable).to.deep.equal({ owner: flood });
    expect(surfaces(found.find((c) => c.address === flood))).to.deep.equal([]);
  });

  it("behavior: one that reverts where its kind must answer has that surface not at all", async () => {
    const torn = await chain.deploy(peer("Torn"));
    expect(surfaces((await read(torn))[0])).to.deep.equal(["ownable"]);
  });

  it("behavior: what is gone has no code and no surface, whatever its logs say", async () => {
    const box = await chain.deploy(peer("RoleBox"), [a[0]]);
    await chain.send(box, peer("RoleBox"), "grantRole", [MINTER, a[1]]);
    const owned = await chain.deploy(peer("OwnedBox"), [box]);
    await chain.provider.request({ method: "hardhat_setCode", params: [box, "0x"] } as never);
    const found = await read(owned);
    expect(found.find((c) => c.address === box)).to.deep.equal({ address: box, codehash: null });
    expect(found.find((c) => c.address === owned)?.ownable).to.deep.equal({ owner: box });
  });

  it("behavior: five hundred members are read, each confirmed, in order", async () => {
    const box = await chain.deploy(peer("RoleBox"), [a[0]]);
    for (let first = 1; first <= 500; first += 100)
      await chain.send(box, peer("RoleBox"), "grantMany", [MINTER, 0x10000 + first, 100]);
    await chain.send(box, peer("RoleBox"), "revokeRole", [
      MINTER,
      `0x${(0x10000 + 77).toString(16).padStart(40, "0")}`,
    ]);
    const [state] = (await readSnapshot(chain.client, { addresses: [box] })).contracts;
    const members = state?.accessControl?.roles.find((role) => role.role === MINTER)?.members ?? [];
    expect(members).to.have.length(499);
    expect([...members].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1))).to.deep.equal(members);
    expect(members).not.to.include(zeroAddress);
  }).timeout(30_000);
});
