/** The in-process chain, as a test uses it. */
import { network } from "hardhat";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  custom,
  type EIP1193RequestFn,
  encodeFunctionData,
  getAddress,
  type Hex,
  type PublicClient,
  publicActions,
} from "viem";
import { hardhat } from "viem/chains";
import type { Artifact } from "./peers.ts";

export interface TestChain {
  client: PublicClient;
  accounts: Address[];
  provider: { request: EIP1193RequestFn };
  deploy(artifact: Artifact, args?: readonly unknown[], from?: Address): Promise<Address>;
  send(
    to: Address,
    artifact: Pick<Artifact, "abi">,
    functionName: string,
    args?: readonly unknown[],
    from?: Address,
  ): Promise<void>;
  sendRaw(to: Address, data: Hex, from?: Address): Promise<void>;
  mine(blocks: number): Promise<void>;
  increaseTime(seconds: number): Promise<void>;
}

export async function startChain(): Promise<TestChain> {
  const connection = await network.create();
  const provider = connection.provider as unknown as { request: EIP1193RequestFn };
  const wallet = createWalletClient({
    chain: hardhat,
    transport: custom(provider),
    pollingInterval: 20,
  }).extend(publicActions);
  const client = createPublicClient({
    chain: hardhat,
    transport: custom(provider),
    cacheTime: 0,
  }) as PublicClient;
  const accounts = await wallet.getAddresses();
  const deployer = accounts[0]!;
  const rpc = (method: string, params: unknown[]) => provider.request({ method, params } as never);

  async function included(hash: Hex): Promise<{ contractAddress?: Address | null | undefined }> {
    const receipt = await wallet.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`reverted: ${hash}`);
    return receipt;
  }
  return {
    client,
    accounts,
    provider,
    async deploy({ abi, bytecode }, args = [], from = deployer) {
      const hash = await wallet.deployContract({ abi, bytecode, args: args as never, account: from });
      return getAddress((await included(hash)).contractAddress as Address);
    },
    async send(to, { abi }, functionName, args = [], from = deployer) {
      const data = encodeFunctionData({ abi, functionName, args: args as never });
      await included(await wallet.sendTransaction({ to, data, account: from }));
    },
    async sendRaw(to, data, from = deployer) {
      await included(await wallet.sendTransaction({ to, data, account: from }));
    },
    async mine(blocks) {
      await rpc("hardhat_mine", [`0x${blocks.toString(16)}`]);
    },
    async increaseTime(seconds) {
      await rpc("evm_increaseTime", [seconds]);
      await rpc("evm_mine", []);
    },
  };
}
