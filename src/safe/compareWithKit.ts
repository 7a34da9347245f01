/**
 * A second opinion: Safe's own kit builds the same transaction and must come to the same hash. Two independent codes
 * would have to be wrong in the same way for a person to be shown a hash that is not what is signed.
 */
import type { Address, Hash } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Call } from "../operations/types.ts";
import type { SafeInfrastructure } from "./infrastructure.ts";
import type { SafeTransaction } from "./transaction.ts";

export interface Eip1193 {
  request(args: { method: string; params?: unknown }): Promise<unknown>;
}

export interface CompareParameters {
  provider: Eip1193;
  safe: Address;
  calls: readonly Call[];
  transaction: SafeTransaction;
  safeTxHash: Hash;
  infrastructure: SafeInfrastructure;
}

/** @throws PortcullisError SAFE_HASH_MISMATCH */
export async function compareWithKit(parameters: CompareParameters): Promise<void> {
  const { provider, safe, calls, transaction, safeTxHash, infrastructure } = parameters;
  const kit = await loadKit();
  const { contracts } = infrastructure;
  const opened = await kit.init({
    provider,
    safeAddress: safe,
    contractNetworks: {
      [String(infrastructure.chainId)]: {
        safeSingletonAddress: contracts.safeL2,
        safeProxyFactoryAddress: contracts.proxyFactory,
        multiSendAddress: contracts.multiSend,
        multiSendCallOnlyAddress: contracts.multiSendCallOnly,
        fallbackHandlerAddress: contracts.fallbackHandler,
        signMessageLibAddress: contracts.signMessageLib,
        createCallAddress: contracts.createCall,
        simulateTxAccessorAddress: contracts.simulateTxAccessor,
      },
    },
  });
  const built = await opened.createTransaction({
    transactions: calls.map((call) => ({ to: call.to, value: call.value.toString(), data: call.data })),
    onlyCalls: true,
    options: { nonce: Number(transaction.nonce), safeTxGas: "0", baseGas: "0", gasPrice: "0" },
  });
  const theirs = await opened.getTransactionHash(built);
  if (theirs.toLowerCase() === safeTxHash.toLowerCase()) return;
  throw new PortcullisError(
    "SAFE_HASH_MISMATCH",
    `Safe's own kit comes to another hash (${theirs}) than we do (${safeTxHash})`,
    {
      hint: "sign nothing: compare the versions of @safe-global/protocol-kit and of the Safe",
      details: { ours: safeTxHash, theirs, transaction },
    },
  );
}

/** The kit's types say CommonJS and its module is ESM: the default export is one level higher than they claim. */
async function loadKit() {
  const loaded = await import("@safe-global/protocol-kit");
  return loaded.default as unknown as typeof loaded.default.default;
}
