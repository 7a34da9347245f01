/** An operation as `handleOps` has it, back in the form that is signed and sent. */
import { type Address, type Hex, hexToBigInt, size, slice } from "viem";
import type { Operation } from "../signOperation.ts";

export interface PackedOperation {
  sender: Address;
  nonce: bigint;
  initCode: Hex;
  callData: Hex;
  accountGasLimits: Hex;
  preVerificationGas: bigint;
  gasFees: Hex;
  paymasterAndData: Hex;
  signature: Hex;
}

export function unpackOperation(packed: PackedOperation): Operation {
  const { sender, nonce, callData, preVerificationGas, signature } = packed;
  const [verificationGasLimit, callGasLimit] = halves(packed.accountGasLimits);
  const [maxPriorityFeePerGas, maxFeePerGas] = halves(packed.gasFees);
  return {
    sender,
    nonce,
    callData,
    callGasLimit,
    verificationGasLimit,
    preVerificationGas,
    maxFeePerGas,
    maxPriorityFeePerGas,
    signature,
    ...unpackFactory(packed.initCode),
    ...unpackPaymaster(packed.paymasterAndData),
  } as Operation;
}

function unpackFactory(initCode: Hex): Partial<Operation> {
  if (size(initCode) === 0) return {};
  // EIP-7702's marker may stand alone.
  if (size(initCode) < 20) return { factory: initCode, factoryData: "0x" };
  return { factory: slice(initCode, 0, 20), factoryData: restOf(initCode, 20) };
}

function unpackPaymaster(data: Hex): Partial<Operation> {
  if (size(data) < 52) return {};
  return {
    paymaster: slice(data, 0, 20),
    paymasterVerificationGasLimit: hexToBigInt(slice(data, 20, 36)),
    paymasterPostOpGasLimit: hexToBigInt(slice(data, 36, 52)),
    paymasterData: restOf(data, 52),
  };
}

const restOf = (data: Hex, from: number): Hex => (size(data) > from ? slice(data, from) : "0x");

const halves = (word: Hex): [bigint, bigint] => [
  hexToBigInt(slice(word, 0, 16)),
  hexToBigInt(slice(word, 16, 32)),
];
