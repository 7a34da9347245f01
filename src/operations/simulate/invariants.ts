/** Whether what the policy declares holds before an operation, and still holds after it. */
import { type Hex, hexToBigInt, size, sliceHex } from "viem";
import type { BoundResult, Flow, InvariantResult } from "../effects/types.ts";
import type { AmountBound, Invariant, Moment } from "./types.ts";

/** What an invariant said at one moment. */
export interface InvariantReading {
  holds: boolean;
  /** What was returned, or why nothing was. */
  got: string;
  /** The returned data; absent where nothing was. */
  data?: Hex;
}

/** An invariant that cannot be asked does not hold. */
export async function readInvariant(invariant: Invariant, moment: Moment): Promise<InvariantReading> {
  const { to, data } = invariant;
  try {
    const answer = await moment.client.call({ to, data, blockNumber: moment.blockNumber });
    const got = answer.data ?? "0x";
    return { holds: holds(invariant, got), got: describe(invariant, got), data: got };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { holds: false, got: `no answer: ${why}` };
  }
}

export function compareReadings(
  invariant: Invariant,
  before: InvariantReading,
  after: InvariantReading,
): InvariantResult {
  const { name } = invariant;
  const now = { holds: after.holds, got: after.got };
  const was = { holds: before.holds, got: before.got };
  return {
    name,
    expected: expectation(invariant),
    ...now,
    before: was,
    change: change(invariant, before, after),
  };
}

function change(
  invariant: Invariant,
  before: InvariantReading,
  after: InvariantReading,
): InvariantResult["change"] {
  if (before.holds) return after.holds ? "kept" : "broken";
  if (after.holds) return "mended";
  return isWorse(invariant, before, after) ? "worse" : "still broken";
}

/** Further from its bounds, or silent where it spoke. Of two wrong answers to `equals` none is the worse. */
function isWorse(invariant: Invariant, before: InvariantReading, after: InvariantReading): boolean {
  const [was, is] = [distance(invariant, before), distance(invariant, after)];
  if (was === undefined) return before.data !== undefined && after.data === undefined;
  return is === undefined || is > was;
}

/** From the nearest value that is allowed; undefined where there is no number to measure. */
function distance({ min, max, equals }: Invariant, { data }: InvariantReading): bigint | undefined {
  if (equals !== undefined || data === undefined || size(data) < 32) return undefined;
  const value = firstWord(data);
  if (min !== undefined && value < min) return min - value;
  return max !== undefined && value > max ? value - max : 0n;
}

function holds({ min, max, equals }: Invariant, got: Hex): boolean {
  if (equals !== undefined) return got.toLowerCase() === equals.toLowerCase();
  if (size(got) < 32) return false;
  const value = firstWord(got);
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

const firstWord = (data: Hex): bigint => hexToBigInt(sliceHex(data, 0, 32));

function describe({ equals }: Invariant, got: Hex): string {
  return equals === undefined && size(got) >= 32 ? firstWord(got).toString() : got;
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
