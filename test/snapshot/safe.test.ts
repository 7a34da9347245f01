import { expect } from "chai";
import {
  type Address,
  encodeFunctionData,
  getAddress,
  type Hex,
  keccak256,
  pad,
  toHex,
  zeroAddress,
} from "viem";
import { whoCan } from "../../src/graph/whoCan.ts";
import { safeAbi } from "../../src/safe/abi.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import { sortAddresses } from "../../src/snapshot/sortAddresses.ts";
import { type Chain, connectChain, deployLocalSafe } from "../safe/localSafe.ts";
import { peer } from "./peers.ts";

describe("snapshot of a Safe", () => {
  let chain: Chain;
  before(async () => {
    chain = await connectChain();
  });

  /** As the Safe itself, which alone may change its settings. */
  async function asSafe(safe: Address, data: Hex): Promise<void> {
    await chain.client.impersonateAccount({ address: safe });
    await chain.client.setBalance({ address: safe, value: 10n ** 18n });
    const hash = await chain.client.sendTransaction({ account: safe, to: safe, data });
    const receipt = await chain.client.waitForTransactionReceipt({ hash });
    expect(receipt.status).to.equal("success");
  }
  const read = async (address: Address) =>
    (await readSnapshot(chain.reader, { addresses: [address] })).contracts[0]!.safe!;

  it("behavior: owners, threshold, singleton and fallback handler of a real Safe", async () => {
    const { address, owners, singleton } = await deployLocalSafe(chain, 5, 3);
    const safe = await read(address);
    expect(safe).to.deep.include({
      version: "1.4.1",
      threshold: 3,
      nonce: 0n,
      modules: [],
      guard: zeroAddress,
      singleton,
    });
    expect(safe.owners).to.deep.equal(sortAddresses(owners.map((owner) => owner.address)));
    expect(safe.fallbackHandler).to.not.equal(zeroAddress);
    const first = await chain.client.readContract({ address, abi: safeAbi, functionName: "getOwners" });
    expect(safe.ownerList).to.deep.equal(first);
  });

  it("behavior: more modules than a page holds, each a way past the threshold", async () => {
    const { address } = await deployLocalSafe(chain, 3, 2, 1n);
    const modules = Array.from(
      { length: 53 },
      (_, i): Address => `0x${(0xa000 + i).toString(16).padStart(40, "0")}`,
    );
    for (const module of modules) {
      await asSafe(
        address,
        encodeFunctionData({ abi: safeAbi, functionName: "enableModule", args: [module] }),
      );
    }
    const safe = await read(address);
    expect(safe.modules).to.deep.equal(sortAddresses(modules));
    expect(safe.moduleList).to.deep.equal(sortAddresses(modules).reverse());
    const snapshot = await readSnapshot(chain.reader, { addresses: [address], follow: true });
    const reach = whoCan(snapshot, { target: address, selector: "0x610b5925" });
    expect(reach.smallest?.holders).to.have.length(1);
    expect(reach.paths).to.have.length(54);
  });

  it("behavior: a fallback handler that nobody knows is read as it is", async () => {
    const { address } = await deployLocalSafe(chain, 2, 1, 77n);
    const slot = keccak256(toHex("fallback_manager.handler.address"));
    const stranger = getAddress(`0x${"5".repeat(40)}`);
    await chain.connection.provider.request({
      method: "hardhat_setStorageAt",
      params: [address, slot, pad(stranger)],
    });
    expect((await read(address)).fallbackHandler).to.equal(stranger);
  });

  it("behavior: a guard, and a singleton overwritten without an event of its own", async () => {
    const { address } = await deployLocalSafe(chain, 3, 2, 2n);
    const hash = await chain.client.deployContract({
      abi: [],
      bytecode: peer("Sink").bytecode,
      account: (await chain.client.getAddresses())[0]!,
    });
    const sink = (await chain.client.waitForTransactionReceipt({ hash })).contractAddress as Address;
    const slot = "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8";
    await chain.client.setStorageAt({
      address,
      index: slot,
      value: `0x${sink.slice(2).padStart(64, "0")}` as Hex,
    });
    expect(sortAddresses([(await read(address)).guard])).to.deep.equal(sortAddresses([sink]));
    const before = await read(address);
    const other = before.singleton === zeroAddress ? sink : before.fallbackHandler;
    await chain.client.setStorageAt({
      address,
      index: "0x0",
      value: `0x${other.slice(2).padStart(64, "0")}` as Hex,
    });
    const after = (await readSnapshot(chain.reader, { addresses: [address] })).contracts[0]!;
    expect(after.safe, "what runs there now is no Safe").to.equal(undefined);
  });
});
