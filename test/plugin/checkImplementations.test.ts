import { expect } from "chai";
import hre from "hardhat";
import { type Address, type Hex, keccak256, zeroAddress, zeroHash } from "viem";
import { checkImplementations } from "../../src/plugin/checkImplementations.ts";
import type { Desired } from "../../src/policy/desired.ts";
import type { ContractState, ProxyState } from "../../src/snapshot/types.ts";
import { deploy } from "../plan/onChain.ts";
import { type Chain, connectChain } from "../safe/localSafe.ts";
import { type Artifact, peer } from "../snapshot/peers.ts";

const PROXY: Address = "0x00000000000000000000000000000000000000AA";

describe("checkImplementations", () => {
  let chain: Chain;
  let vault: Address;
  before(async () => {
    chain = await connectChain();
    vault = await deploy(chain, await artifact("Vault"));
  });

  it("behavior: a layout that goes on is safe, with the hash to pin; one that breaks says where", async () => {
    const next = await deploy(chain, await artifact("VaultV2"));
    const code = (await chain.reader.getCode({ address: next })) as Hex;
    expect(await check(next)).to.deep.equal([
      {
        proxy: PROXY,
        implementation: next,
        safe: true,
        codehash: keccak256(code),
        answersImplementation: true,
      },
    ]);
    const [broken] = await check(await deploy(chain, await artifact("VaultV2BadLayout")));
    expect(broken?.safe).to.equal(false);
  }).timeout(240_000);

  it("behavior: code that nobody here compiled is not safe, nor is an address without code; the same code is not asked", async () => {
    const [foreign] = await check(await deploy(chain, peer("OwnedUups")));
    expect(foreign).to.deep.include({ safe: false });
    expect(foreign?.safe === false && foreign.why).to.match(/storage layout cannot be checked/);
    const [none] = await check(PROXY);
    expect(none?.safe === false && none.why).to.match(/no code/);
    expect(await check(vault)).to.deep.equal([]);
    expect(await check(zeroAddress)).to.deep.equal([]);
  }).timeout(60_000);

  async function check(implementation: Address) {
    const proxy = (at: Address): ProxyState => ({
      kind: "uups",
      implementation: at,
      implementationCodehash: null,
      admin: zeroAddress,
      beacon: zeroAddress,
    });
    const found: ContractState = { address: PROXY, codehash: zeroHash, proxy: proxy(vault) };
    const desired = {
      contracts: [{ name: "vault", address: PROXY, codehash: null, proxy: proxy(implementation) }],
    } as unknown as Desired;
    const snapshot = {
      chainId: 31337,
      block: { number: 1n, hash: zeroHash, timestamp: 1n },
      contracts: [found],
    };
    return checkImplementations({ hre, client: chain.reader, desired }, snapshot);
  }

  async function artifact(name: string): Promise<Artifact> {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    return { abi, bytecode: bytecode as Hex } as Artifact;
  }
});
