/**
 * `eth_call` with code lent to addresses, asked once: a revert is an answer here, and clients would ask again. Of the block
 * to come: at the time of the last one, what begins or ends with it would still be refused.
 */
import { type Address, type Hex, isHex } from "viem";
import type { ChainClient } from "../entryPoints.ts";
import { findRevertData } from "../errors/findRevertData.ts";
import type { Operation } from "../signOperation.ts";

/** Code by address. */
export type LentCode = Readonly<Record<Address, { code: Hex }>>;

/**
 * What the call reverted with; undefined where it went through.
 *
 * @throws the node's error where it did not run the call
 */
export async function simulateCall(
  client: ChainClient,
  call: { from?: Address; to: Address; data: Hex },
  lent: LentCode,
): Promise<Hex | undefined> {
  const params = [call, "pending", ...(Object.keys(lent).length > 0 ? [lent] : [])];
  try {
    await client.request({ method: "eth_call", params } as never, { retryCount: 0 });
    return undefined;
  } catch (error) {
    const reason = findRevertData(error);
    if (!isHex(reason)) throw error;
    return reason;
  }
}

/** A chain has no delegation before its first operation: it is lent one, as the transaction would bring it. */
export const delegationOf = ({ sender, authorization }: Operation): LentCode =>
  authorization === undefined ? {} : { [sender]: { code: `0xef0100${authorization.address.slice(2)}` } };
