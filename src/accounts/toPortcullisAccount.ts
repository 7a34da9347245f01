/** Our smart account as viem and permissionless know accounts, for its owner. */
import {
  type Address,
  type Client,
  encodeFunctionData,
  type Hex,
  numberToHex,
  type TypedDataDefinition,
} from "viem";
import { type SmartAccount, type SmartAccountImplementation, toSmartAccount } from "viem/account-abstraction";
import { readContract } from "viem/actions";
import { smartAccountFactoryAbi } from "../abi/smartAccountFactory.ts";
import { PortcullisError } from "../errors.ts";
import { decodeCalls, encodeExecute } from "./encodeCalls.ts";
import { type ChainClient, type EntryPointVersion, entryPoints } from "./entryPoints.ts";
import { estimateOwnGas } from "./estimateOwnGas.ts";
import { defaultNonceKey, readNonce } from "./nonces.ts";
import type { AccountSigner } from "./owners/types.ts";
import { signMessageErc7739, signTypedDataErc7739 } from "./signErc7739.ts";
import { type Operation, operationTypedData } from "./signOperation.ts";

export interface AccountOrigin {
  /** Of this entry point's build. */
  factory: Address;
  /** The owner it is created for, ERC-7913: the first one, whoever owns it now. */
  owner: Hex;
  /** More accounts of one owner; 0 if absent. */
  salt?: bigint;
}

export interface PortcullisAccountParameters {
  client: ChainClient;
  /** "0.9" if absent. */
  entryPoint?: EntryPointVersion;
  owner: AccountSigner;
  /** Of an account that exists. */
  address?: Address;
  /** Of one that need not: it is created by its first operation. */
  origin?: Omit<AccountOrigin, "owner"> & { owner?: Hex };
  /** Below 2^32: operations of different keys do not wait for each other. 0 if absent. */
  nonceKey?: number;
}

/** An account of ours in viem's type, by name: inferred, it would be written out in the declarations. */
export type PortcullisAccount = SmartAccount<
  SmartAccountImplementation<(typeof entryPoints)[EntryPointVersion]["abi"], EntryPointVersion>
>;

/**
 * @example
 * const account = await toPortcullisAccount({ client, owner: ecdsaSigner(key), origin: { factory } });
 * const bot = createSmartAccountClient({ account, chain, bundlerTransport: custom(localBundler({ … }), { retryCount: 0 }) });
 * await bot.sendUserOperation({ calls: [{ to, value }] });
 *
 * @throws PortcullisError ACCOUNT_UNKNOWN where neither address nor origin is given
 */
export async function toPortcullisAccount(
  parameters: PortcullisAccountParameters,
): Promise<PortcullisAccount> {
  const { client, owner, entryPoint: version = "0.9" } = parameters;
  const origin = parameters.origin && { owner: owner.signer, ...parameters.origin };
  const address = parameters.address ?? (await readAccountAddress(client, origin));
  const { chain } = client;
  const signed = { account: address, chainId: chain.id, owner };

  return toSmartAccount({
    client,
    entryPoint: toViemEntryPoint(version),
    nonceKeyManager: defaultNonceKey(() => parameters.nonceKey ?? 0),
    getAddress: async () => address,
    getFactoryArgs: async () => factoryArgs(origin),
    getNonce: ({ key = 0n } = {}) => readNonce(client, version, address, { key }),
    encodeCalls: async (calls) => encodeExecute(calls),
    decodeCalls: async (data) => decodeCalls(data),
    getStubSignature: async () => owner.stubSignature,
    // A bundler that judges by the stub would give too little.
    ...(owner.unmeasuredGas && {
      userOperation: {
        estimateGas: (request: unknown) => estimateOwnGas({ client, version }, request as Operation, owner),
      },
    }),
    signMessage: ({ message }) => signMessageErc7739(signed, message),
    signTypedData: (data) => signTypedDataErc7739(signed, data as TypedDataDefinition),
    signUserOperation: ({ chainId = chain.id, ...operation }) =>
      owner.signTypedData(
        operationTypedData({ ...operation, sender: address } as Operation, chainId, version),
      ),
  } satisfies SmartAccountImplementation);
}

export function toViemEntryPoint(version: EntryPointVersion) {
  const { address, abi } = entryPoints[version];
  return { address, abi, version } as const;
}

/** The address that the factory gives, whether the account exists or not. */
export async function readAccountAddress(
  client: Client,
  origin: AccountOrigin | undefined,
): Promise<Address> {
  if (origin === undefined)
    throw new PortcullisError("ACCOUNT_UNKNOWN", "Neither the account's address nor its origin is given", {
      hint: "pass address, or origin: { factory } for an account that its first operation creates",
    });
  return readContract(client, {
    address: origin.factory,
    abi: smartAccountFactoryAbi,
    functionName: "getAddress",
    args: [origin.owner, saltOf(origin)],
  });
}

export const factoryArgs = (origin: AccountOrigin | undefined) =>
  origin === undefined
    ? { factory: undefined, factoryData: undefined }
    : { factory: origin.factory, factoryData: encodeCreation(origin) };

const encodeCreation = (origin: AccountOrigin): Hex =>
  encodeFunctionData({
    abi: smartAccountFactoryAbi,
    functionName: "createAccount",
    args: [origin.owner, saltOf(origin)],
  });

const saltOf = ({ salt = 0n }: AccountOrigin): Hex => numberToHex(salt, { size: 32 });
