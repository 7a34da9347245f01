/** What the flows need on the chain: entry points, the session validator, the recovery module, a factory of each build, a token and a vault. */
import { readFileSync } from "node:fs";
import { type Abi, type Address, type Hex, type LocalAccount, parseEther, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { EntryPointVersion } from "../../../test/entryPoints.ts";
import { type ChainClient, connect, type DevNode, funded } from "./devNode.ts";

export interface AltoChain {
  client: ChainClient;
  sender: LocalAccount;
  sessions: Address;
  recovery: Address;
  factories: Record<EntryPointVersion, Address>;
  token: { address: Address; abi: Abi };
  vault: Address;
  /** Until the transaction is in a block; throws where it reverts there. */
  confirm(hash: Hex): Promise<void>;
  /** The next block is at least that many seconds after the last. */
  passTime(seconds: number): Promise<void>;
}

const BUILDS = { "0.7": "accounts/SmartAccountV07", "0.9": "accounts/SmartAccount" } as const;

export async function prepareChain(url: string, node: DevNode): Promise<AltoChain> {
  const client = connect(url);
  const sender = privateKeyToAccount(funded.sender);
  await node.etch(client);
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
    token: await deploy("examples/ExampleToken", [sender.address, parseEther("1000")]),
    vault: (await deploy("examples/Vault")).address,
    confirm: async (hash) => {
      const { status } = await client.waitForTransactionReceipt({ hash });
      if (status !== "success") throw new Error(`${hash} reverted`);
    },
    passTime: (seconds) => node.passTime(client, seconds),
  };
}

/** @param path "accounts/SmartAccount" */
export function readArtifact(path: string): { abi: Abi; bytecode: Hex } {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return JSON.parse(readFileSync(`artifacts/contracts/${path}.sol/${name}.json`, "utf8"));
}
