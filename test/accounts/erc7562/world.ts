/** A node with the entry points, an account with its session validator, and traces of operations on them. */
import hre from "hardhat";
import {
  type Abi,
  type Address,
  concatHex,
  createTestClient,
  encodeFunctionData,
  type Hex,
  hashTypedData,
  http,
  numberToHex,
  parseAbi,
  parseAbiParameters,
  parseEther,
  publicActions,
  walletActions,
  zeroAddress,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { type EntryPointVersion, entryPointAbi, entryPoints, etchEntryPoints } from "../../entryPoints.ts";
import { checkValidation, type Violation } from "./checkValidation.ts";
import { type Step, validationTracer } from "./trace.ts";

export const owner = privateKeyToAccount(`0x${"0a".repeat(32)}`);

export interface Operation {
  callData: Hex;
  validator?: Address;
  /** The 4 bytes of the nonce's key after the validator. */
  key?: number;
  /** Given what the entry point hashes, and what an owner signs: before v0.8 these differ. */
  sign: (hash: Hex, typed: Hex) => Promise<Hex>;
  /** In place of the world's account. */
  sender?: Address;
  /** Who creates the sender, and is called how. */
  creation?: { factory: Address; data: Hex };
  /** With a deposit at the entry point. */
  paymaster?: Address;
}

export interface World {
  client: Client;
  account: Address;
  entryPoint: Address;
  deploy(name: string, args?: readonly unknown[]): Promise<{ address: Address; abi: Abi }>;
  sessions: { address: Address; abi: Abi };
  accountAbi: Abi;
  factory: { address: Address; abi: Abi };
  /** Where the owner's account will be, with an ether; not created yet. */
  foresee(owner: Hex): Promise<{ sender: Address; creation: { factory: Address; data: Hex } }>;
  send(to: Address, data: Hex, value?: bigint): Promise<void>;
  /** Has the owner run `callData`. */
  run(callData: Hex): Promise<void>;
  /** Judges the validation of an operation that would go through. */
  check(operation: Operation): Promise<Violation[]>;
}

export type Client = ReturnType<typeof connect>;

const connect = (url: string) =>
  createTestClient({ mode: "anvil", chain: anvil, transport: http(url, { timeout: 100_000 }) })
    .extend(publicActions)
    .extend(walletActions);

const IMPLEMENTATIONS = { "0.7": "SmartAccountV07", "0.9": "SmartAccount" } as const;

export async function createWorld(url: string, version: EntryPointVersion): Promise<World> {
  const client = connect(url);
  const [bundler, beneficiary] = (await client.getAddresses()) as [Address, Address];
  await etchEntryPoints((address, bytecode) => client.setCode({ address, bytecode }));
  const entryPoint = { address: entryPoints[version], abi: entryPointAbi(version) };

  const send = async (to: Address, data: Hex, value = 0n) => {
    const hash = await client.sendTransaction({ account: bundler, to, data, value, gas: 10_000_000n });
    const { status } = await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    if (status !== "success") throw new Error(`transaction ${hash} reverted`);
  };
  const deploy = async (name: string, args: readonly unknown[] = []) => {
    const artifact = await hre.artifacts.readArtifact(name);
    const abi = artifact.abi as Abi;
    const hash = await client.deployContract({
      account: bundler,
      abi,
      bytecode: artifact.bytecode as Hex,
      args,
    });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    if (contractAddress == null) throw new Error(`${name} was not deployed`);
    return { address: contractAddress, abi };
  };

  const sessions = await deploy("SessionValidator");
  const implementation = await deploy(IMPLEMENTATIONS[version], [
    [zeroHash, zeroHash, zeroHash],
    sessions.address,
  ]);
  const factory = await deploy("SmartAccountFactory", [implementation.address]);
  const args = [owner.address, zeroHash];
  const account = (await client.readContract({ ...factory, functionName: "getAddress", args })) as Address;
  await send(factory.address, encodeFunctionData({ abi: factory.abi, functionName: "createAccount", args }));
  await send(account, "0x", parseEther("1"));

  const pack = async (draft: Operation): Promise<Hex> => {
    const { callData, validator = zeroAddress, key = 0, sender = account, creation, paymaster, sign } = draft;
    const nonceKey = (BigInt(validator) << 32n) | BigInt(key);
    const operation = {
      sender,
      nonce: (await client.readContract({
        ...entryPoint,
        functionName: "getNonce",
        args: [sender, nonceKey],
      })) as bigint,
      initCode: creation === undefined ? "0x" : concatHex([creation.factory, creation.data]),
      callData,
      accountGasLimits: pair(2_000_000n, 1_000_000n),
      preVerificationGas: 0n,
      gasFees: pair(1n, 1_000_000_000n),
      paymasterAndData: paymaster === undefined ? "0x" : concatHex([paymaster, pair(200_000n, 50_000n)]),
      signature: "0x",
    } as const;
    const hash = (await client.readContract({
      ...entryPoint,
      functionName: "getUserOpHash",
      args: [operation],
    })) as Hex;
    const typed = hashTypedData({
      domain: { name: "ERC4337", version: "1", chainId: anvil.id, verifyingContract: entryPoint.address },
      types: { PackedUserOperation: [...parseAbiParameters(OPERATION)] },
      primaryType: "PackedUserOperation",
      message: operation,
    });
    const signed = { ...operation, signature: await sign(hash, typed) };
    return encodeFunctionData({
      abi: entryPoint.abi,
      functionName: "handleOps",
      args: [[signed], beneficiary],
    });
  };

  return {
    client,
    account,
    entryPoint: entryPoint.address,
    deploy,
    sessions,
    accountAbi: implementation.abi,
    factory,
    async foresee(signer) {
      const created = [signer, zeroHash];
      const functionName = "getAddress";
      const sender = (await client.readContract({ ...factory, functionName, args: created })) as Address;
      const data = encodeFunctionData({ abi: factory.abi, functionName: "createAccount", args: created });
      await send(sender, "0x", parseEther("1"));
      return { sender, creation: { factory: factory.address, data } };
    },
    send,
    run: async (callData) =>
      send(entryPoint.address, await pack({ callData, sign: (_, hash) => owner.sign({ hash }) })),
    async check(operation) {
      const data = await pack(operation);
      // Refused operations end early: only one that goes through shows all of its validation.
      await client.call({ account: bundler, to: entryPoint.address, data, gas: 10_000_000n });
      const steps = (await client.request({
        method: "debug_traceCall",
        params: [
          { from: bundler, to: entryPoint.address, data, gas: numberToHex(10_000_000n) },
          "latest",
          { tracer: validationTracer },
        ],
      } as never)) as Step[];
      const codes = new Map<string, boolean>();
      for (const { to } of steps) {
        if (to !== undefined && !codes.has(to))
          codes.set(to, (await client.getCode({ address: to })) !== undefined);
      }
      return checkValidation(steps, {
        sender: operation.sender ?? account,
        entryPoint: entryPoint.address,
        ...(operation.creation && { factory: operation.creation.factory }),
        ...(operation.paymaster && { paymaster: operation.paymaster }),
        hasCode: (address) => codes.get(address) ?? false,
      });
    },
  };
}

/** Gives a paymaster what it pays with. */
export async function depositFor(world: World, paymaster: Address): Promise<void> {
  const abi = parseAbi(["function depositTo(address)"]);
  const data = encodeFunctionData({ abi, functionName: "depositTo", args: [paymaster] });
  await world.send(world.entryPoint, data, parseEther("1"));
}

const OPERATION =
  "address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits, uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData";

const pair = (high: bigint, low: bigint): Hex =>
  concatHex([numberToHex(high, { size: 16 }), numberToHex(low, { size: 16 })]);
