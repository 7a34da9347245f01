/** The chain all rows are measured on: in-process, one transaction per block, artifacts of the deployed build. */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type Abi,
  type Address,
  createTestClient,
  createWalletClient,
  custom,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  parseEther,
  publicActions,
  type TransactionReceipt,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { hardhat } from "viem/chains";

/** Below the cap of EIP-7825; given with every transaction, so that nothing is estimated. */
const GAS_LIMIT = 16_000_000n;

export interface Deployed {
  address: Address;
  abi: Abi;
}

export interface BenchChain {
  accounts: readonly Address[];
  /** Sends from `accounts[0]` unless said otherwise, and returns the gas of the whole transaction. */
  measure(target: Deployed, functionName: string, args: readonly unknown[], from?: Address): Promise<bigint>;
  /** An artifact of the project's build or, if there is none, of the bench's own. */
  deploy(name: string, args?: readonly unknown[]): Promise<Deployed>;
  /** From `accounts[0]` unless said otherwise. Throws where the transaction reverts. */
  send(transaction: { from?: Address; to: Address; data?: Hex; value?: bigint }): Promise<TransactionReceipt>;
  /** What a call that is no view would return. */
  call(target: Deployed, functionName: string, args: readonly unknown[]): Promise<unknown>;
  setCode(address: Address, code: Hex): Promise<void>;
  /** Has the key's EOA delegate to code (EIP-7702), by a transaction of its own. */
  delegate(key: PrivateKeyAccount, implementation: Address): Promise<void>;
  read(target: Deployed, functionName: string, args?: readonly unknown[]): Promise<unknown>;
  /** Lets time pass. */
  skip(seconds: number): Promise<void>;
  now(): Promise<bigint>;
  signTypedData(from: Address, data: object): Promise<Hex>;
}

export async function openChain(
  project: HardhatRuntimeEnvironment,
  bench: HardhatRuntimeEnvironment,
): Promise<BenchChain> {
  // A fixed date: the bytes of a timestamp in calldata are part of what is measured.
  const { provider } = await project.network.create({ override: { initialDate: "2027-01-15T08:00:00Z" } });
  const transport = custom(provider);
  const client = createTestClient({ chain: hardhat, mode: "hardhat", transport }).extend(publicActions);
  const wallet = createWalletClient({ chain: hardhat, transport });
  const accounts = await wallet.getAddresses();
  const [first] = accounts;
  if (first === undefined) throw new Error("the chain has no accounts");

  const send = async (from: Address, to: Address | null, data: Hex, value = 0n) => {
    const hash = await wallet.sendTransaction({ account: from, to, data, value, gas: GAS_LIMIT });
    const receipt = await client.getTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    return receipt;
  };

  return {
    accounts,
    async measure(target, functionName, args, from = first) {
      const data = encodeFunctionData({ abi: target.abi, functionName, args });
      return (await send(from, target.address, data)).gasUsed;
    },
    async deploy(name, args = []) {
      const home = (await project.artifacts.artifactExists(name)) ? project : bench;
      const artifact = await home.artifacts.readArtifact(name);
      const abi = artifact.abi as Abi;
      const data = encodeDeployData({ abi, bytecode: artifact.bytecode as Hex, args });
      const { contractAddress } = await send(first, null, data);
      if (contractAddress == null) throw new Error(`${name} was not deployed`);
      return { address: contractAddress, abi };
    },
    send: ({ from = first, to, data = "0x", value }) => send(from, to, data, value),
    call: async (target, functionName, args) =>
      (await client.simulateContract({ address: target.address, abi: target.abi, functionName, args }))
        .result,
    setCode: (address, bytecode) => client.setCode({ address, bytecode }),
    async delegate(key, implementation) {
      await client.setBalance({ address: key.address, value: parseEther("10") });
      const signer = createWalletClient({ account: key, chain: hardhat, transport });
      const authorization = await signer.signAuthorization({
        contractAddress: implementation,
        executor: "self",
      });
      const hash = await signer.sendTransaction({
        to: key.address,
        authorizationList: [authorization],
        gas: GAS_LIMIT,
      });
      await client.getTransactionReceipt({ hash });
    },
    read: (target, functionName, args = []) =>
      client.readContract({ address: target.address, abi: target.abi, functionName, args }),
    async skip(seconds) {
      await client.increaseTime({ seconds });
      await client.mine({ blocks: 1 });
    },
    now: async () => (await client.getBlock()).timestamp,
    signTypedData: (from, data) => wallet.signTypedData({ account: from, ...data } as never),
  };
}
