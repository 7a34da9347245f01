/** What an operation pays per gas: the bundler's own price where it names one, within the policy's ceilings. wei. */
import { z } from "zod";
import type { RemoteBundler } from "../../accounts/bundler/remoteBundler.ts";
import { PortcullisError } from "../../errors.ts";
import { readChain } from "../../transactions/chain.ts";
import { estimateFees, type Fees, requireBelowCeilings } from "../../transactions/fees.ts";
import type { FeePolicy, Rpc } from "../../transactions/types.ts";

const wei = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt);
const price = z.object({ maxFeePerGas: wei, maxPriorityFeePerGas: wei });
/** Pimlico's method, which other bundlers have taken over. */
const prices = z.object({ slow: price, standard: price, fast: price });
const NAMES = { slow: "slow", normal: "standard", fast: "fast" } as const;

/** @throws PortcullisError FEES_ABOVE_CEILING, BUNDLER_UNREACHABLE */
export async function operationFees(bundler: RemoteBundler, rpc: Rpc, policy: FeePolicy): Promise<Fees> {
  const chain = readChain(rpc);
  const asked = prices.safeParse(await askPrices(bundler));
  if (!asked.success) return estimateFees(chain, policy);
  const fees = asked.data[NAMES[policy.speed]];
  await requireBelowCeilings(chain, policy, fees);
  return fees;
}

/** Undefined from a bundler that has no such method. */
async function askPrices({ request }: RemoteBundler): Promise<unknown> {
  try {
    return await request("pimlico_getUserOperationGasPrice", []);
  } catch (error) {
    if (error instanceof PortcullisError) throw error;
    return undefined;
  }
}
