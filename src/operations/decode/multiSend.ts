/** Safe's MultiSend packing: operation (1 byte) ‖ to (20) ‖ value (32) ‖ length (32) ‖ data, back to back. */
import {
  type Address,
  bytesToHex,
  checksumAddress,
  concatHex,
  encodePacked,
  type Hex,
  hexToBytes,
  size,
} from "viem";
import type { CallBytes } from "./types.ts";

export interface MultiSendTransaction extends CallBytes {
  /** 0 call, 1 delegatecall; MultiSend reverts on all else. */
  operation: number;
}

/** The transactions up to the first malformed one, and what is wrong with that one. */
export function readMultiSend(packed: Hex): { transactions: MultiSendTransaction[]; problem?: string } {
  const bytes = hexToBytes(packed);
  const transactions: MultiSendTransaction[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 85) return { transactions, problem: `${bytes.length - at} bytes are left over` };
    const length = BigInt(bytesToHex(bytes.subarray(at + 53, at + 85)));
    const start = at + 85;
    if (length > BigInt(bytes.length - start)) {
      return {
        transactions,
        problem: `transaction ${transactions.length + 1} says it is longer than the bytes`,
      };
    }
    const operation = bytes[at] ?? 0;
    transactions.push({
      operation,
      to: checksumAddress(bytesToHex(bytes.subarray(at + 1, at + 21)) as Address),
      value: BigInt(bytesToHex(bytes.subarray(at + 21, at + 53))),
      data: bytesToHex(bytes.subarray(start, start + Number(length))),
      ...(operation === 0 ? {} : { delegatecall: true }),
    });
    at = start + Number(length);
  }
  return { transactions };
}

export function packMultiSend(transactions: readonly CallBytes[]): Hex {
  return concatHex(
    transactions.map(({ to, value, data, delegatecall }) =>
      encodePacked(
        ["uint8", "address", "uint256", "uint256", "bytes"],
        [delegatecall ? 1 : 0, to, value, BigInt(size(data)), data],
      ),
    ),
  );
}
