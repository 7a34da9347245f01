/** A chain with something to administer: a Safe, a timelock, an owned contract, a token; and the simulators over it. */
import hre, { artifacts } from "hardhat";
import {
  type Abi,
  type Address,
  concatHex,
  createPublicClient,
  custom,
  type EIP1193Provider,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  type PublicClient,
  pad,
  parseAbi,
  parseEther,
  zeroAddress,
} from "viem";
import type { AddressBook } from "../../../src/chain/addressBook.ts";
import type { Provider } from "../../../src/operations/simulate/ask.ts";
import { connectForkSimulator } from "../../../src/operations/simulate/fork.ts";
import type { SimulatedTransaction, Simulator } from "../../../src/operations/simulate/types.ts";
import { safeAbi } from "../../../src/safe/abi.ts";
import { planSafeDeployment } from "../../../src/safe/deploy.ts";

export interface World {
  provider: Provider;
  client: PublicClient;
  chainId: number;
  /** The only owner of the Safe, and the deployer. */
  owner: Address;
  other: Address;
  safe: Address;
  /** Proposer and executor: `owner`. */
  timelock: Address;
  token: Address;
  /** Writes `word` to slot 0 of whoever delegatecalls it. */
  overwriter: Address;
  overwritten: Address;
  book: AddressBook;
  send(transaction: { from?: Address; to?: Address; data?: Hex; value?: bigint }): Promise<Address | null>;
  /** Seconds of the latest block. */
  now(): Promise<bigint>;
}

export const DAY = 86_400n;

export async function createWorld(provider: Provider): Promise<World> {
  const client = createPublicClient({
    transport: custom(provider as EIP1193Provider),
    cacheTime: 0,
    pollingInterval: 20,
  });
  const [owner, other] = (await provider.request({ method: "eth_accounts" })) as [Address, Address];
  const chainId = await client.getChainId();
  const send: World["send"] = async ({ from = owner, to, data = "0x", value = 0n }) => {
    const params = [{ from, ...(to ? { to } : {}), data, value: `0x${value.toString(16)}`, gas: "0xe00000" }];
    const hash = (await provider.request({ method: "eth_sendTransaction", params })) as Hex;
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`reverted: ${hash}`);
    return receipt.contractAddress ?? null;
  };
  const create = async (data: Hex): Promise<Address> => (await send({ data })) as Address;
  const deploy = async (name: string, args: readonly unknown[]): Promise<Address> => {
    const { abi, bytecode } = await artifacts.readArtifact(name);
    return create(encodeDeployData({ abi: abi as Abi, bytecode: bytecode as Hex, args }));
  };

  const plan = planSafeDeployment({ chainId, owners: [owner], threshold: 1, saltNonce: 1n });
  for (const step of plan.steps) {
    if (await client.getCode({ address: step.creates })) continue;
    if (step.kind === "broadcast") {
      const hash = await client.sendRawTransaction({ serializedTransaction: step.serialized });
      await client.waitForTransactionReceipt({ hash });
    } else if (step.kind === "fund") await send({ to: step.to, value: step.value });
    else await send({ to: step.to, value: step.value, data: step.data });
  }
  const timelock = await deploy("Timelock", [
    {
      delay: 2n * DAY,
      floor: DAY,
      ceiling: 30n * DAY,
      expiry: 14n * DAY,
      vetoWindow: 365n * DAY,
      vetoLimit: 3,
      proposers: [owner],
      executors: [owner],
      cancellers: [],
      guardians: [other],
    },
  ]);
  const token = await deploy("ExampleToken", [owner, 10n ** 24n]);
  const overwritten = pad("0xbad0", { size: 20 });
  const overwriter = await create(creation(concatHex(["0x73", overwritten, "0x60005500"])));
  const [timelockAbi, tokenAbi] = await Promise.all(
    ["Timelock", "ExampleToken"].map(async (name) => (await artifacts.readArtifact(name)).abi),
  );
  const book: AddressBook = {
    chainId,
    entries: [
      { name: "council", address: plan.address, abi: safeAbi },
      { name: "timelock", address: timelock, abi: timelockAbi as never },
      { name: "token", address: token, abi: tokenAbi as never },
    ],
  };
  const now = async () => (await client.getBlock()).timestamp;
  return {
    provider,
    client,
    chainId,
    owner,
    other,
    safe: plan.address,
    timelock,
    token,
    overwriter,
    overwritten,
    book,
    send,
    now,
  };
}

/** Init code that returns `runtime` (at most 255 bytes). */
export function creation(runtime: Hex): Hex {
  const length = ((runtime.length - 2) / 2).toString(16).padStart(2, "0");
  return concatHex([`0x60${length}600c60003960${length}6000f3`, runtime]);
}

/** `execTransaction` by an owner that sends it itself: its signature is that it sends. */
export function bySafe(
  world: World,
  call: { to: Address; value?: bigint; data?: Hex; delegate?: true },
  time: bigint,
): SimulatedTransaction {
  const data = encodeFunctionData({
    abi: safeAbi,
    functionName: "execTransaction",
    args: [
      call.to,
      call.value ?? 0n,
      call.data ?? "0x",
      call.delegate ? 1 : 0,
      0n,
      0n,
      0n,
      zeroAddress,
      zeroAddress,
      concatHex([pad(world.owner), pad("0x0"), "0x01"]),
    ],
  });
  return { from: world.owner, to: world.safe, value: 0n, data, time, part: "effect" };
}

export const tokenAbi = parseAbi([
  "function transfer(address to, uint256 amount) returns (bool)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function balanceOf(address) view returns (uint256)",
]);

/** What the tests move. */
export async function fund(world: World): Promise<void> {
  await world.send({ to: world.safe, value: parseEther("10") });
  const data = encodeFunctionData({ abi: tokenAbi, functionName: "transfer", args: [world.safe, 10_000n] });
  await world.send({ to: world.token, data });
}

/** A node behind a URL; each request on a connection of its own, so that the node can close. */
export function http(url: string): Provider {
  return {
    request: async ({ method, params = [] }) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body,
      });
      const { result, error } = (await response.json()) as {
        result?: unknown;
        error?: { message: string; code: number; data?: unknown };
      };
      if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
      return result;
    },
  };
}

/** Hardhat's in-process fork of what `upstream` and `url` both are. */
export async function openHardhatFork(upstream: Provider, url: string): Promise<Simulator> {
  return connectForkSimulator({
    upstream,
    open: async ({ chainId, blockNumber }) => {
      const override = {
        chainId,
        allowBlocksWithSameTimestamp: true,
        forking: { enabled: true, url, blockNumber },
      };
      const fork = await hre.network.create({ network: "default", override });
      return { provider: fork.provider, close: () => fork.close() };
    },
  });
}
