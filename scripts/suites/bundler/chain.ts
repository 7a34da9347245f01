/** What the flows need on the chain: entry points, the session validator, the recovery module, a factory of each build, a token and a vault. */
import { readFileSync } from "node:fs";
import {
  type Abi,
  type Address,
  createTestClient,
  type Hex,
  http,
  parseEther,
  publicActions,
  walletActions,
  zeroHash,
} from "viem";
import { anvil } from "viem/chains";
import { type EntryPointVersion, etchEntryPoints } from "../../../test/entryPoints.ts";

export interface AltoChain {
  client: ReturnType<typeof connect>;
  sender: Address;
  sessions: Address;
  recovery: Address;
  factories: Record<EntryPointVersion, Address>;
  token: { address: Address; abi: Abi };
  vault: Address;
}

const connect = (url: string) =>
  createTestClient({ mode: "anvil", chain: anvil, transport: http(url), pollingInterval: 50, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions);

const BUILDS = { "0.7": "accounts/SmartAccountV07", "0.9": "accounts/SmartAccount" } as const;

export async function prepareChain(url: string): Promise<AltoChain> {
  const client = connect(url);
  const [sender] = (await client.getAddresses()) as [Address];
  await etchEntryPoints((address, bytecode) => client.setCode({ address, bytecode }));
  const deploy = async (path: string, args: readonly unknown[] = []) => {
    const { abi, bytecode } = readArtifact(path);
    const hash = await client.deployContract({ account: sender, abi, bytecode, args });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash });
    if (contractAddress == null) throw new Error(`${path} was not deployed`);
    return { address: contractAddress, abi };
  };

  const sessions = (await deploy("accounts/sessions/SessionValidator")).address;
  const createFactory = async (version: EntryPointVersion) => {
    const implementation = await deploy(BUILDS[version], [[zeroHash, zeroHash, zeroHash], sessions]);
    return (await deploy("accounts/SmartAccountFactory", [implementation.address])).address;
  };
  return {
    client,
    sender,
    sessions,
    recovery: (await deploy("accounts/recovery/GuardianRecovery")).address,
    factories: { "0.7": await createFactory("0.7"), "0.9": await createFactory("0.9") },
    token: await deploy("examples/ExampleToken", [sender, parseEther("1000")]),
    vault: (await deploy("examples/Vault")).address,
  };
}

/** @param path "accounts/SmartAccount" */
export function readArtifact(path: string): { abi: Abi; bytecode: Hex } {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return JSON.parse(readFileSync(`artifacts/contracts/${path}.sol/${name}.json`, "utf8"));
}
