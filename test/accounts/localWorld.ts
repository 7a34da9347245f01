/** A chain, in-process where no node is named, with the entry points, both builds of the account, its verifiers, and a local bundler. */
import hre, { network } from "hardhat";
import { createSmartAccountClient } from "permissionless";
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  custom,
  type Hex,
  http,
  parseEther,
  publicActions,
  walletActions,
  zeroHash,
} from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { hardhat } from "viem/chains";
import { type LocalBundler, localBundler } from "../../src/accounts/index.ts";
import { type EntryPointVersion, etchEntryPoints } from "../entryPoints.ts";

export interface Deployed {
  address: Address;
  abi: Abi;
}

export type LocalWorld = Awaited<ReturnType<typeof createLocalWorld>>;

export const builds = { "0.7": "SmartAccountV07", "0.9": "SmartAccount" } as const;

/** @param url of a development node; in-process if absent */
export async function createLocalWorld(url?: string) {
  const transport = url === undefined ? custom((await network.create()).provider) : http(url);
  const wallet = createTestClient({ mode: "hardhat", chain: hardhat, transport })
    .extend(publicActions)
    .extend(walletActions);
  const client = createPublicClient({ chain: hardhat, transport, pollingInterval: 20, cacheTime: 0 });
  await etchEntryPoints((address, bytecode) => wallet.setCode({ address, bytecode }));
  const [deployer, signer] = (await wallet.getAddresses()) as [Address, Address];

  const deploy = async (name: string, args: readonly unknown[] = []): Promise<Deployed> => {
    const artifact = await hre.artifacts.readArtifact(name);
    const abi = artifact.abi as Abi;
    const hash = await wallet.deployContract({
      account: deployer,
      abi,
      bytecode: artifact.bytecode as Hex,
      args,
    });
    const { contractAddress } = await wallet.waitForTransactionReceipt({ hash });
    return { address: contractAddress as Address, abi };
  };
  const sessions = await deploy("SessionValidator");
  const factories: Partial<Record<EntryPointVersion, Address>> = {};
  for (const version of ["0.7", "0.9"] as const) {
    const implementation = await deploy(builds[version], [[zeroHash, zeroHash, zeroHash], sessions.address]);
    factories[version] = (await deploy("SmartAccountFactory", [implementation.address])).address;
  }
  const bundler: LocalBundler = localBundler({
    client,
    signer: toJsonRpcAccount(signer),
    now: () => chainTime,
  });
  let chainTime = Number((await client.getBlock()).timestamp);

  return {
    client,
    wallet,
    deploy,
    sessions,
    bundler,
    bundlerSigner: signer,
    deployer,
    factoryOf: (version: EntryPointVersion) => factories[version] as Address,
    now: () => chainTime,
    /** Moves the chain's clock and the bundler's on. */
    async passTime(seconds: number) {
      await wallet.increaseTime({ seconds });
      await wallet.mine({ blocks: 1 });
      chainTime = Number((await client.getBlock()).timestamp);
    },
    fund: (address: Address, ether = "1") =>
      wallet.sendTransaction({ account: deployer, to: address, value: parseEther(ether) }),
    /** What anyone would use: permissionless's client over the bundler. */
    connect: <account extends SmartAccount>(account: account) =>
      createSmartAccountClient({
        account,
        chain: hardhat,
        client,
        bundlerTransport: custom(bundler, { retryCount: 0 }),
        pollingInterval: 20,
      }),
  };
}

/** The node signs. */
const toJsonRpcAccount = (address: Address) => ({ address, type: "json-rpc" }) as const;
