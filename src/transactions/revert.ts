/** Why a call reverted, in words: from the ABIs at hand, Solidity's own Error and Panic, or the bare selector. */
import {
  type Abi,
  type Address,
  decodeErrorResult,
  type Hex,
  isHex,
  size,
  slice,
  type TransactionReceipt,
} from "viem";
import { messages } from "./broadcastErrors.ts";
import type { Chain } from "./chain.ts";
import { bundledRevert } from "./receiptStatus.ts";

/** @param abis whatever could have reverted; the first that knows the selector wins */
export function explainRevert(error: unknown, abis: readonly Abi[]): string {
  const data = revertData(error);
  return data === undefined || size(data) < 4 ? firstLine(messages(error)) : nameRevert(data, abis);
}

function nameRevert(data: Hex, abis: readonly Abi[]): string {
  for (const abi of [...abis, []]) {
    try {
      const { errorName, args } = decodeErrorResult({ abi, data });
      return `${errorName}(${(args ?? []).map(String).join(", ")})`;
    } catch {
      // not an error of this ABI
    }
  }
  return `unknown error ${slice(data, 0, 4)}`;
}

/** An operation's revert is in its bundle's logs; any other call runs again on the state of the parent block. */
export async function explainReverted(
  chain: Chain,
  call: { from: Address; to: Address | null; value: bigint; data: Hex },
  receipt: TransactionReceipt,
  abis: readonly Abi[],
): Promise<string> {
  const bundled = bundledRevert(receipt);
  if (bundled !== undefined && size(bundled) >= 4) return nameRevert(bundled, abis);
  try {
    await chain.call(call, receipt.blockNumber - 1n);
    return "it reverted in its block and passes on the block before it: what it depends on changed in between";
  } catch (error) {
    return explainRevert(error, abis);
  }
}

/** Nodes put it in `data`, in `data.data`, or in the cause's. */
function revertData(error: unknown): Hex | undefined {
  for (let e: unknown = error, depth = 0; e !== null && typeof e === "object" && depth < 8; depth += 1) {
    const data: unknown = "data" in e ? e.data : undefined;
    if (isHex(data) && data !== "0x") return data;
    if (data !== null && typeof data === "object" && "data" in data && isHex(data.data)) return data.data;
    e = "cause" in e ? e.cause : undefined;
  }
  return undefined;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
