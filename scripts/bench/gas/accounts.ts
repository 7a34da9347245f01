/**
 * Accounts: creation with a first transfer, and later transfers of ether and of OpenZeppelin's ERC-20, by an ECDSA
 * owner, and the same by an EOA under EIP-7702. Recipients hold both already; the nonce of the owner's key is not 0
 * but where the account is created.
 */
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  erc20Abi,
  type Hex,
  zeroHash,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { BenchChain, Deployed } from "./chain.ts";
import { type Bundle, openEntryPoint } from "./operations.ts";
import type { Measurements } from "./rows.ts";

/** What differs between makers of accounts. */
interface AccountKind {
  factory: Address;
  createAccount: Hex;
  account: Address;
  /** A call, as the account is told it. */
  encodeCall: (target: Address, value: bigint, data: Hex) => Hex;
  validator?: Address;
  /** What the owner signs of the operation's hash, if not the hash itself. */
  sign?: (hash: Hex) => Promise<Hex>;
}

const owner = privateKeyToAccount(`0x${"a1".repeat(32)}`);
const delegator = privateKeyToAccount(`0x${"a2".repeat(32)}`);
const sign = (key: PrivateKeyAccount) => (hash: Hex) => key.sign({ hash });

export async function measureAccounts(chain: BenchChain): Promise<Measurements> {
  const bundle = await openEntryPoint(chain);
  const sessions = await chain.deploy("SessionValidator");
  const settings = [[zeroHash, zeroHash, zeroHash], sessions.address];
  const implementation = await chain.deploy("SmartAccount", settings);
  const factory = await chain.deploy("SmartAccountFactory", [implementation.address]);
  const args = [owner.address, zeroHash];
  const rows = await measureClone(chain, bundle, {
    factory: factory.address,
    createAccount: encodeFunctionData({ abi: factory.abi, functionName: "createAccount", args }),
    account: (await chain.read(factory, "getAddress", args)) as Address,
    encodeCall: encodeExecute,
  });
  const full = await chain.deploy("FullAccount7702", settings);
  const delegate = await chain.deploy("SmartAccount7702", [full.address]);
  return { ...rows, ...(await measureDelegator(chain, bundle, delegate, encodeExecute)) };
}

export async function measureOpenZeppelinAccount(chain: BenchChain): Promise<Measurements> {
  const bundle = await openEntryPoint(chain);
  const rows = await measureClone(chain, bundle, {
    ...(await describeClone(chain, "OpenZeppelinAccount", [owner.address])),
    encodeCall: encodeBatchOfOne,
  });
  const delegate = await chain.deploy("OpenZeppelin7702Account");
  return { ...rows, ...(await measureDelegator(chain, bundle, delegate, encodeBatchOfOne)) };
}

export async function measureOpenZeppelinModularAccount(chain: BenchChain): Promise<Measurements> {
  const bundle = await openEntryPoint(chain);
  const validator = await chain.deploy("KeyValidator");
  return measureClone(chain, bundle, {
    ...(await describeClone(chain, "OpenZeppelinModularAccount", [validator.address, owner.address])),
    encodeCall: encodeExecute,
    validator: validator.address,
  });
}

export async function measureSoladyAccount(chain: BenchChain): Promise<Measurements> {
  const bundle = await openEntryPoint(chain);
  const abi = [
    {
      type: "function",
      name: "execute",
      inputs: [{ type: "address" }, { type: "uint256" }, { type: "bytes" }],
      outputs: [],
      stateMutability: "payable",
    },
  ] as const;
  return measureClone(chain, bundle, {
    ...(await describeClone(chain, "SoladyAccount", [owner.address])),
    encodeCall: (...args) => encodeFunctionData({ abi, functionName: "execute", args }),
    sign: (hash) => owner.signMessage({ message: { raw: hash } }),
  });
}

/** ERC-7579, single: what our account is told, and OpenZeppelin's modular one. */
export const encodeExecute = (target: Address, value: bigint, data: Hex): Hex =>
  encodeFunctionData({
    abi: executeAbi,
    functionName: "execute",
    args: [zeroHash, encodePacked(["address", "uint256", "bytes"], [target, value, data])],
  });

/** ERC-7821 knows batches only. */
const encodeBatchOfOne = (target: Address, value: bigint, data: Hex): Hex =>
  encodeFunctionData({
    abi: executeAbi,
    functionName: "execute",
    args: [
      `0x01${"00".repeat(31)}`,
      encodeAbiParameters(
        [{ type: "tuple[]", components: [{ type: "address" }, { type: "uint256" }, { type: "bytes" }] }],
        [[[target, value, data]]],
      ),
    ],
  });

const executeAbi = [
  {
    type: "function",
    name: "execute",
    inputs: [{ type: "bytes32" }, { type: "bytes" }],
    outputs: [],
    stateMutability: "payable",
  },
] as const;

async function describeClone(chain: BenchChain, name: string, args: readonly unknown[]) {
  const implementation = await chain.deploy(name);
  const factory = await chain.deploy("CloneFactory");
  const initialize = encodeFunctionData({ abi: implementation.abi, functionName: "initialize", args });
  const creation = [implementation.address, zeroHash, initialize];
  return {
    factory: factory.address,
    createAccount: encodeFunctionData({ abi: factory.abi, functionName: "createAccount", args: creation }),
    account: (await chain.call(factory, "createAccount", creation)) as Address,
  };
}

async function measureClone(chain: BenchChain, bundle: Bundle, kind: AccountKind): Promise<Measurements> {
  const { recipient, token, transfer } = await prepareToken(chain, kind.account);
  await bundle.fund(kind.account);
  const operation = {
    sender: kind.account,
    sign: kind.sign ?? sign(owner),
    ...(kind.validator && { validator: kind.validator }),
  };
  const native = kind.encodeCall(recipient, 1000n, "0x");
  return {
    "account-deploy-native": await bundle.send({
      ...operation,
      callData: native,
      initCode: concatHex([kind.factory, kind.createAccount]),
      limits: { verification: 250_000n, call: 30_000n },
    }),
    "account-native": await bundle.send({ ...operation, callData: native }),
    "account-erc20": await bundle.send({ ...operation, callData: kind.encodeCall(token, 0n, transfer) }),
  };
}

async function measureDelegator(
  chain: BenchChain,
  bundle: Bundle,
  implementation: Deployed,
  encodeCall: AccountKind["encodeCall"],
): Promise<Measurements> {
  const { address: account } = delegator;
  await chain.delegate(delegator, implementation.address);
  const { token, transfer } = await prepareToken(chain, account);
  await bundle.fund(account);
  const operation = { sender: account, callData: encodeCall(token, 0n, transfer), sign: sign(delegator) };
  await bundle.send(operation);
  return { "account-7702-erc20": await bundle.send(operation) };
}

/** Both sides hold it before and after. */
async function prepareToken(chain: BenchChain, account: Address) {
  const recipient = chain.accounts[5] as Address;
  const token = await chain.deploy("BenchToken");
  await chain.measure(token, "mint", [account, 1_000_000n]);
  await chain.measure(token, "mint", [recipient, 1n]);
  const transfer = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [recipient, 1000n] });
  return { recipient, token: token.address, transfer };
}
