/** A Safe's transaction and the three hashes a person compares with a hardware wallet's screen. */
import {
  type Address,
  domainSeparator,
  encodeFunctionData,
  type Hash,
  type Hex,
  hashStruct,
  hashTypedData,
  zeroAddress,
} from "viem";
import { PortcullisError } from "../errors.ts";
import { packMultiSend } from "../operations/decode/multiSend.ts";
import type { Call } from "../operations/types.ts";
import { multiSendAbi, safeAbi } from "./abi.ts";
import type { SafeInfrastructure } from "./infrastructure.ts";

export interface SafeTransaction {
  to: Address;
  /** wei */
  value: bigint;
  data: Hex;
  /** 0 call, 1 delegatecall: only ever to the known MultiSendCallOnly. */
  operation: 0 | 1;
  safeTxGas: bigint;
  baseGas: bigint;
  gasPrice: bigint;
  gasToken: Address;
  refundReceiver: Address;
  nonce: bigint;
}

export interface SafeHashes {
  /** Of chain and Safe. */
  domainHash: Hash;
  /** Of the transaction. */
  messageHash: Hash;
  /** Of both: what owners sign. */
  safeTxHash: Hash;
}

/** Safe 1.3.0 and later; earlier ones have no chain in their domain and are not supported. */
const types = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

/** What an owner's signer is given: EIP-712, so that it can show what it signs. */
export function safeTypedData(chainId: number, safe: Address, transaction: SafeTransaction) {
  return {
    domain: { chainId, verifyingContract: safe },
    types,
    primaryType: "SafeTx",
    message: transaction,
  } as const;
}

export function hashSafeTransaction(
  chainId: number,
  safe: Address,
  transaction: SafeTransaction,
): SafeHashes {
  const data = safeTypedData(chainId, safe, transaction);
  return {
    domainHash: domainSeparator({ domain: data.domain }),
    messageHash: hashStruct({ data: data.message, primaryType: data.primaryType, types: data.types }),
    safeTxHash: hashTypedData(data),
  };
}

/**
 * One call as it is, several as one MultiSendCallOnly batch. No gas refund: those pay from the Safe.
 *
 * @throws PortcullisError SAFE_DELEGATECALL_REFUSED, SAFE_EMPTY
 */
export function buildSafeTransaction(
  calls: readonly (Call & { delegatecall?: boolean })[],
  nonce: bigint,
  infrastructure: SafeInfrastructure,
): SafeTransaction {
  const [first] = calls;
  if (!first) {
    throw new PortcullisError("SAFE_EMPTY", "A Safe transaction needs at least one call", {
      hint: "name one: --call 'vault.setLimit(100 ether)'",
    });
  }
  if (calls.some((call) => call.delegatecall)) throw delegatecallRefused(first.to);
  const rest = {
    safeTxGas: 0n,
    baseGas: 0n,
    gasPrice: 0n,
    gasToken: zeroAddress,
    refundReceiver: zeroAddress,
    nonce,
  };
  if (calls.length === 1)
    return { to: first.to, value: first.value, data: first.data, operation: 0, ...rest };
  return {
    to: infrastructure.contracts.multiSendCallOnly,
    value: 0n,
    data: encodeFunctionData({ abi: multiSendAbi, functionName: "multiSend", args: [packMultiSend(calls)] }),
    operation: 1,
    ...rest,
  };
}

/** For transactions that others made (a file, a service). @throws PortcullisError SAFE_DELEGATECALL_REFUSED, SAFE_REFUND_REFUSED */
export function requireHarmlessSafeTransaction(
  transaction: SafeTransaction,
  infrastructure: SafeInfrastructure,
): void {
  const batch = transaction.to === infrastructure.contracts.multiSendCallOnly && transaction.value === 0n;
  if (transaction.operation !== 0 && !batch) throw delegatecallRefused(transaction.to);
  if (transaction.gasPrice === 0n) return;
  throw new PortcullisError(
    "SAFE_REFUND_REFUSED",
    `The transaction pays a gas refund to ${transaction.refundReceiver}`,
    {
      hint: "propose it again without gasPrice and refundReceiver",
      details: { gasPrice: transaction.gasPrice, refundReceiver: transaction.refundReceiver },
    },
  );
}

export function execSafeTransaction(safe: Address, transaction: SafeTransaction, signatures: Hex): Call {
  const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = transaction;
  return {
    to: safe,
    value: 0n,
    data: encodeFunctionData({
      abi: safeAbi,
      functionName: "execTransaction",
      args: [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, signatures],
    }),
  };
}

function delegatecallRefused(to: Address): PortcullisError {
  return new PortcullisError(
    "SAFE_DELEGATECALL_REFUSED",
    `A delegatecall to ${to} would give that code the Safe itself; only the published MultiSendCallOnly may be called so`,
    { hint: "make it a plain call, or several calls: they are batched safely", details: { to } },
  );
}
