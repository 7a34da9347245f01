/** Whether what the policy declares still holds after an operation. */
import { type Hex, hexToBigInt, size, sliceHex } from "viem";
import type { BoundResult, Flow, InvariantResult } from "../effects/types.ts";
import type { AmountBound, Invariant, Moment } from "./types.ts";

/** An invariant that cannot be asked does not hold. */
export async function checkInvariant(invariant: Invariant, moment: Moment): Promise<InvariantResult> {
  const { name, to, data } = invariant;
  const expected = expectation(invariant);
  try {
    const answer = await moment.client.call({ to, data, blockNumber: moment.blockNumber });
    const got = answer.data ?? "0x";
    return { name, expected, holds: holds(invariant, got), got: describe(invariant, got) };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { name, expected, holds: false, got: `no answer: ${why}` };
  }
}

function holds({ min, max, equals }: Invariant, got: Hex): boolean {
  if (equals !== undefined) return got.toLowerCase() === equals.toLowerCase();
  if (size(got) < 32) return false;
  const value = hexToBigInt(sliceHex(got, 0, 32));
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function describe({ equals }: Invariant, got: Hex): string {
  return equals === undefined && size(got) >= 32 ? hexToBigInt(sliceHex(got, 0, 32)).toString() : got;
}

function expectation({ min, max, equals }: Invariant): string {
  if (equals !== undefined) return equals;
  return [min === undefined ? [] : [`at least ${min}`], max === undefined ? [] : [`at most ${max}`]]
    .flat()
    .join(", ");
}

export function checkBound({ asset, to, max }: AmountBound, flows: readonly Flow[]): BoundResult {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const amount = flows
    .filter((flow) => same(flow.asset, asset) && same(flow.to, to))
    .reduce((sum, flow) => sum + flow.amount, 0n);
  return { asset, to, max, amount, holds: amount <= max };
}
