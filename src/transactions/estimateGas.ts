/** How much gas a call is given: a fifth more than it takes now, within EIP-7825. */
import type { Abi, Address, Hex } from "viem";
import { PortcullisError } from "../errors.ts";
import { classifyRefusal } from "./broadcastErrors.ts";
import type { Chain } from "./chain.ts";
import { explainRevert } from "./revert.ts";

/** EIP-7825: no transaction may ask for more. */
const GAS_CAP = 16_777_216n;

export interface SentCall {
  from: Address;
  to: Address | null;
  value: bigint;
  data: Hex;
}

/**
 * @param requireFunds throws where the account has less than the wei it is asked for
 * @throws PortcullisError TRANSACTION_WOULD_REVERT, and what `requireFunds` throws
 */
export async function estimateGas(
  call: SentCall,
  label: string,
  chain: Pick<Chain, "estimateGas">,
  abis: readonly Abi[],
  requireFunds: (call: SentCall, cost: bigint, label: string) => Promise<void>,
): Promise<bigint> {
  try {
    const gas = ((await chain.estimateGas(call)) * 6n) / 5n;
    return gas < GAS_CAP ? gas : GAS_CAP;
  } catch (error) {
    if (classifyRefusal(error) === "insufficient-funds") await requireFunds(call, call.value + 1n, label);
    throw new PortcullisError(
      "TRANSACTION_WOULD_REVERT",
      `"${label}" would revert: ${explainRevert(error, abis)}`,
      {
        hint: "nothing was signed; correct what the error names and run the same command again",
        details: { ...call },
        cause: error,
      },
    );
  }
}
