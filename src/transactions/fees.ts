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
 * Twice the base fee plus the tip, so that six full blocks in a row do not price it out. Below two thirds of the
 * ceilings, where the base fee lets it be: a replacement costs an eighth more and must have room.
 * Throws `FEES_ABOVE_CEILING` where the next block costs more than the policy allows: nothing is signed then.
 */
export async function estimateFees(chain: Chain, policy: FeePolicy): Promise<Fees> {
  const { baseFee, rewards } = await chain.feeHistory(PERCENTILE[policy.speed]);
  const sorted = rewards.toSorted((a, b) => (a < b ? -1 : 1));
  const tip = smaller(sorted[sorted.length >> 1] ?? DEFAULT_TIP, leaveRoom(policy.maxPriorityFeePerGas));
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
  const least = baseFee + tip;
  const maxFeePerGas = smaller(larger(smaller(baseFee * 2n + tip, leaveRoom(ceiling)), least), ceiling);
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
  const tipCeiling = policy.maxPriorityFeePerGas;
  if (tipCeiling !== undefined && tipFloor > tipCeiling) {
    throw new PortcullisError(
      "FEES_ABOVE_CEILING",
      `A replacement must tip ${formatGwei(tipFloor)} gwei per gas; the ceiling is ${formatGwei(tipCeiling)}`,
      {
        hint: "raise fees.maxPriorityFeePerGas of this network, or wait",
        details: { floor: tipFloor, ceiling: tipCeiling },
      },
    );
  }
  const maxFeePerGas = smaller(fees.maxFeePerGas, ceiling);
  const tip = smaller(fees.maxPriorityFeePerGas, tipCeiling);
  return { maxFeePerGas, maxPriorityFeePerGas: smaller(tip, maxFeePerGas) };
}

/**
 * For fees that somebody else chose: a price of old transactions is fee and tip at once.
 * Throws `FEES_ABOVE_CEILING`.
 */
export async function requireBelowCeilings(
  chain: Pick<Chain, "feeHistory">,
  policy: FeePolicy,
  asked: Fees | { gasPrice: bigint },
): Promise<void> {
  const { maxFeePerGas: ceiling, maxPriorityFeePerGas: tipCeiling } = policy;
  const fee = "gasPrice" in asked ? asked.gasPrice : asked.maxFeePerGas;
  if (ceiling !== undefined && fee > ceiling) throw above("fee", fee, ceiling);
  if (tipCeiling === undefined) return;
  const tip =
    "gasPrice" in asked
      ? asked.gasPrice - (await chain.feeHistory(PERCENTILE[policy.speed])).baseFee
      : asked.maxPriorityFeePerGas;
  if (tip > tipCeiling) throw above("tip", tip, tipCeiling);
}

function above(what: "fee" | "tip", asked: bigint, ceiling: bigint): PortcullisError {
  const setting = what === "fee" ? "maxFeePerGas" : "maxPriorityFeePerGas";
  return new PortcullisError(
    "FEES_ABOVE_CEILING",
    `Asked to sign a ${what} of ${formatGwei(asked)} gwei per gas; the ceiling is ${formatGwei(ceiling)}`,
    {
      hint: `ask for less, leave the fees away so that they are estimated, or raise fees.${setting} of this network`,
      details: { asked, ceiling },
    },
  );
}

function leaveRoom(ceiling: bigint | undefined): bigint | undefined {
  return ceiling === undefined ? undefined : (ceiling * 2n) / 3n;
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
