/** A chain in this process with an entry point, an account of the first development key, and a contract it owns. */
import hre from "hardhat";
import { type Abi, type Address, type Hex, parseEther, zeroHash } from "viem";
import { hardhat } from "viem/chains";
import { smartAccountFactoryAbi } from "../../../src/abi/smartAccountFactory.ts";
import { localBundler } from "../../../src/accounts/index.ts";
import { etchEntryPoints } from "../../entryPoints.ts";
import { connectChain, developmentAccount } from "../../safe/localSafe.ts";

export async function createAccountWorld(owner: Hex = developmentAccount(1).address) {
  const chain = await connectChain();
  const { client } = chain;
  const deployer = developmentAccount(0);
  await etchEntryPoints((address, bytecode) => client.setCode({ address, bytecode }));
  const deploy = async (name: string, args: readonly unknown[] = []) => {
    const artifact = await hre.artifacts.readArtifact(name);
    const abi = artifact.abi as Abi;
    const hash = await client.deployContract({
      account: deployer,
      abi,
      bytecode: artifact.bytecode as Hex,
      args,
    });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash });
    return { address: contractAddress as Address, abi };
  };
  const sessions = await deploy("SessionValidator");
  const implementation = await deploy("SmartAccount", [[zeroHash, zeroHash, zeroHash], sessions.address]);
  const factory = await deploy("SmartAccountFactory", [implementation.address]);
  const create = async (owner: Hex) => {
    const call = { address: factory.address, abi: smartAccountFactoryAbi, args: [owner, zeroHash] } as const;
    const account = await chain.reader.readContract({ ...call, functionName: "getAddress" });
    await client.waitForTransactionReceipt({
      hash: await client.writeContract({ ...call, account: deployer, functionName: "createAccount" }),
    });
    await client.setBalance({ address: account, value: parseEther("10") });
    return account;
  };
  const seconds = async () => Number((await chain.reader.getBlock()).timestamp);
  let now = await seconds();
  return {
    chain,
    deploy,
    create,
    factory: factory.address,
    account: await create(owner),
    /** What a service would run: it knows this chain, and nothing of us. */
    bundler: localBundler({
      client: { ...chain.reader, chain: hardhat } as never,
      signer: developmentAccount(9),
      now: () => now,
    }),
    async tick() {
      now = await seconds();
    },
  };
}

export type AccountWorld = Awaited<ReturnType<typeof createAccountWorld>>;
