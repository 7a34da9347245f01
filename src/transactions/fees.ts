/** EIP-1559 fees under a policy's speed and ceilings. wei per gas. */
import { formatGwei } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Chain } from "./chain.ts";
import type { Attempt, FeePolicy } from "./types.ts";

export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

const PERCENTILE = { slow: 10, normal: 50, fast: 90 } as const;
/** Where recent blocks were empty there is nothing to compare with. */
const DEFAULT_TIP = 1_000_000_000n;

/**
 * Twice the base fee plus the tip, so that six full blocks in a row do not price it out.
 * Throws `FEES_ABOVE_CEILING` where the next block costs more than the policy allows: nothing is signed then.
 */
export async function estimateFees(chain: Chain, policy: FeePolicy): Promise<Fees> {
  const { baseFee, rewards } = await chain.feeHistory(PERCENTILE[policy.speed]);
  const sorted = rewards.toSorted((a, b) => (a < b ? -1 : 1));
  const tip = smaller(sorted[sorted.length >> 1] ?? DEFAULT_TIP, policy.maxPriorityFeePerGas);
  const ceiling = policy.maxFeePerGas;
  if (ceiling !== undefined && baseFee + 1n > ceiling) {
    throw new PortcullisError(
      "FEES_ABOVE_CEILING",
      `The next block costs ${formatGwei(baseFee)} gwei per gas; the ceiling is ${formatGwei(ceiling)}`,
      {
        hint: "wait and run the same command again, or raise fees.maxFeePerGas of this network",
        details: { baseFee, ceiling },
      },
    );
  }
  const maxFeePerGas = smaller(baseFee * 2n + tip, ceiling);
  return { maxFeePerGas, maxPriorityFeePerGas: smaller(tip, maxFeePerGas) };
}

/**
 * Fees for a replacement: nodes demand 10 %, we add 12.5 %, or today's price where that is more.
 * Throws `FEES_ABOVE_CEILING` where the ceiling leaves no room for a replacement nodes would take.
 */
export async function estimateBump(chain: Chain, policy: FeePolicy, last: Attempt): Promise<Fees> {
  const uncapped = { speed: policy.speed };
  const today = await estimateFees(chain, uncapped);
  const fees = {
    maxFeePerGas: larger(raise(last.maxFeePerGas), today.maxFeePerGas),
    maxPriorityFeePerGas: larger(raise(last.maxPriorityFeePerGas), today.maxPriorityFeePerGas),
  };
  const floor = raise(last.maxFeePerGas);
  const ceiling = policy.maxFeePerGas;
  if (ceiling !== undefined && floor > ceiling) {
    throw new PortcullisError(
      "FEES_ABOVE_CEILING",
      `A replacement must pay ${formatGwei(floor)} gwei per gas; the ceiling is ${formatGwei(ceiling)}`,
      { hint: "raise fees.maxFeePerGas of this network, or wait", details: { floor, ceiling } },
    );
  }
  const tipFloor = raise(last.maxPriorityFeePerGas);
  const maxFeePerGas = smaller(fees.maxFeePerGas, ceiling);
  const tip = larger(tipFloor, smaller(fees.maxPriorityFeePerGas, policy.maxPriorityFeePerGas));
  return { maxFeePerGas, maxPriorityFeePerGas: smaller(tip, maxFeePerGas) };
}

/** Plus 12.5 %, rounded up. */
function raise(fee: bigint): bigint {
  return (fee * 9n + 7n) / 8n;
}

function smaller(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b < a ? b : a;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
