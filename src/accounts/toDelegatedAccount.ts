/** An EOA that delegates to SmartAccount7702 (EIP-7702, EntryPoint v0.9), as viem and permissionless know accounts. */
import {
  type Address,
  type Client,
  isAddressEqual,
  type PrivateKeyAccount,
  type SignedAuthorization,
  slice,
  type TypedDataDefinition,
} from "viem";
import { type SmartAccountImplementation, toSmartAccount } from "viem/account-abstraction";
import { getCode, signAuthorization } from "viem/actions";
import { decodeCalls, encodeExecute } from "./encodeCalls.ts";
import type { ChainClient } from "./entryPoints.ts";
import { defaultNonceKey, readNonce } from "./nonces.ts";
import { ecdsaSigner } from "./owners/ecdsa.ts";
import { signMessageErc7739, signTypedDataErc7739 } from "./signErc7739.ts";
import { type Operation, operationTypedData } from "./signOperation.ts";
import { type PortcullisAccount, toViemEntryPoint } from "./toPortcullisAccount.ts";

export interface DelegatedAccountParameters {
  client: ChainClient;
  /** The EOA's own key: it owns the account, and nobody can ever replace it. */
  owner: PrivateKeyAccount;
  /** SmartAccount7702 on this chain. */
  delegate: Address;
  /** Below 2^32: operations of different keys do not wait for each other. 0 if absent. */
  nonceKey?: number;
}

export type DelegatedAccount = PortcullisAccount & {
  /** What the next operation carries: nothing once it delegates. */
  authorize: () => Promise<{ authorization?: SignedAuthorization }>;
};

const DELEGATION = "0xef0100";

/**
 * Its first operation carries the authorization, for this chain and the key's present nonce. An EOA that delegates
 * elsewhere meanwhile authorizes anew: no operation runs on code that was not asked for.
 *
 * @example
 * const account = await toDelegatedAccount({ client, owner: privateKeyToAccount("0x…"), delegate });
 * // viem carries an authorization, and leaves it to the caller to have it signed.
 * await bot.sendUserOperation({ calls, ...(await account.authorize()) });
 */
export async function toDelegatedAccount(parameters: DelegatedAccountParameters): Promise<DelegatedAccount> {
  const { client, owner, delegate } = parameters;
  const { address } = owner;
  const { chain } = client;
  const signer = ecdsaSigner(owner);
  const signed = { account: address, chainId: chain.id, owner: signer };

  const account = await toSmartAccount({
    client,
    entryPoint: toViemEntryPoint("0.9"),
    authorization: { account: owner, address: delegate },
    nonceKeyManager: defaultNonceKey(() => parameters.nonceKey ?? 0),
    getAddress: async () => address,
    // The operation's hash then names the delegate, and the entry point refuses another.
    getFactoryArgs: async () => ({ factory: "0x7702", factoryData: "0x" }),
    getNonce: ({ key = 0n } = {}) => readNonce(client, "0.9", address, { key }),
    encodeCalls: async (calls) => encodeExecute(calls),
    decodeCalls: async (data) => decodeCalls(data),
    getStubSignature: async () => signer.stubSignature,
    signMessage: ({ message }) => signMessageErc7739(signed, message),
    signTypedData: (data) => signTypedDataErc7739(signed, data as TypedDataDefinition),
    signUserOperation: ({ chainId = chain.id, ...operation }) =>
      signer.signTypedData(
        operationTypedData({ ...operation, sender: address } as Operation, chainId, "0.9"),
      ),
  } satisfies SmartAccountImplementation);

  const isDelegated = async () => {
    const found = await readDelegate(client, address);
    return found !== undefined && isAddressEqual(found, delegate);
  };
  const { signMessage, signTypedData } = account;
  return {
    ...account,
    isDeployed: isDelegated,
    authorize: async () => {
      if (await isDelegated()) return {};
      const asked = { account: owner, contractAddress: delegate, chainId: chain.id };
      return { authorization: await signAuthorization(client, asked) };
    },
    // Until it delegates it is a key like any other, and verifiers check it as one.
    signMessage: async (message: Parameters<typeof signMessage>[0]) =>
      (await isDelegated()) ? signMessage.call(account, message) : owner.signMessage(message),
    signTypedData: (async (data) =>
      (await isDelegated())
        ? signTypedData.call(account, data as never)
        : owner.signTypedData(data as never)) as typeof signTypedData,
  };
}

/** Whose code an EOA runs; undefined for one that runs none, and for contracts. */
export async function readDelegate(client: Client, address: Address): Promise<Address | undefined> {
  const code = await getCode(client, { address });
  return code?.startsWith(DELEGATION) ? slice(code, 3, 23) : undefined;
}
