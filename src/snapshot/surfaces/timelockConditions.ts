/** Standing post-conditions of Portcullis's timelock: those that are still checked. */
import type { Address } from "viem";
import { timelockAbi } from "../../abi/timelock.ts";
import { comparePostConditions } from "../comparePostConditions.ts";
import type { ChainReader } from "../reader.ts";
import type { PostCondition } from "../types.ts";

/** In the order of the contract's enum. */
const COMPARISONS = ["equals", "atLeast", "atMost"] as const;

export async function readPostConditions(reader: ChainReader, address: Address): Promise<PostCondition[]> {
  const conditions = await reader.read({ address, abi: timelockAbi, functionName: "postconditions" });
  return conditions
    .map(({ target, data, comparison, expected, until }, index) => ({
      target,
      data,
      comparison: COMPARISONS[comparison] ?? "equals",
      expected,
      until: BigInt(until),
      index,
    }))
    .filter(({ until }) => until === 0n || until > reader.block.timestamp)
    .sort(comparePostConditions);
}
