/** Gas limits by our own simulation, for operations that a bundler's would get wrong. */
import { estimateGas, type GasLimits } from "./bundler/estimateGas.ts";
import type { Simulation } from "./bundler/types.ts";
import type { AccountSigner } from "./owners/types.ts";
import type { Operation } from "./signOperation.ts";

/** Sends the simulated bundle. */
const NOBODY = "0x00000000000000000000000000000000b0b0b0b0";

/**
 * A `preVerificationGas` that is given is kept: networks which charge for data elsewhere want more than is counted here.
 *
 * @param signers whose stubs are in the operation's signature
 */
export async function estimateOwnGas(
  surroundings: Omit<Simulation, "signer">,
  request: Operation,
  ...signers: readonly (AccountSigner | undefined)[]
): Promise<GasLimits> {
  const operation = { ...request, callGasLimit: 0n, verificationGasLimit: 0n, preVerificationGas: 0n };
  const limits = await estimateGas({ ...surroundings, signer: { address: NOBODY } }, operation);
  const unmeasured = signers.reduce((sum, signer) => sum + (signer?.unmeasuredGas ?? 0n), 0n);
  return {
    ...limits,
    verificationGasLimit: limits.verificationGasLimit + unmeasured,
    // Other bundlers count a little more of their own.
    preVerificationGas: request.preVerificationGas || (limits.preVerificationGas * 6n) / 5n,
  };
}
