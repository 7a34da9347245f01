/** Gas limits of an operation, from running it. The signature may be a stub. */
import { hexToBytes, maxUint128 } from "viem";
import { readContract } from "viem/actions";
import { entryPoints } from "../entryPoints.ts";
import type { Operation } from "../signOperation.ts";
import { encodeBundle, findRefusal, readAaCode, requireDone, toRefusal } from "./judge.ts";
import { probeOperation } from "./probeOperation.ts";
import { BundlerError } from "./rpcError.ts";
import type { Simulation } from "./types.ts";

export interface GasLimits {
  preVerificationGas: bigint;
  verificationGasLimit: bigint;
  callGasLimit: bigint;
  paymasterVerificationGasLimit?: bigint;
  paymasterPostOpGasLimit?: bigint;
}

/** A call may want more than this only where the request says so. */
const MOST_CALL_GAS = 10_000_000n;
/** What an entry point does for an operation outside of its limits: loop, event, repaying the bundler. */
const ENTRY_POINT_GAS = 22_000n;
/** Reading the operation, nonce and deposit: the entry point's part of the verification limit. */
const VERIFICATION_OVERHEAD = 22_000n;

/** Of an operation that names its delegate (EIP-7702): the entry point reads the sender's code, and hashes once more. */
const DELEGATE_OVERHEAD = 15_000n;

/** @throws BundlerError where a step of the operation fails whatever its gas */
export async function estimateGas(bundler: Simulation, operation: Operation): Promise<GasLimits> {
  const missingFunds = await guessMissingFunds(bundler, operation);
  const most = { callGas: operation.callGasLimit || MOST_CALL_GAS, missingFunds };
  // Stub fees and limits: a check of the total or of the fee is for the real operation.
  const report = await probeOperation(bundler, operation, most);
  requireDone(report, bundler.now?.());
  const paid = operation.paymaster !== undefined;
  const limits: GasLimits = {
    preVerificationGas: 0n,
    verificationGasLimit:
      widen(report.creationGas + report.validationGas) +
      VERIFICATION_OVERHEAD +
      (operation.factory === "0x7702" ? DELEGATE_OVERHEAD : 0n),
    callGasLimit: await findCallGas(bundler, operation, missingFunds, report.callGas),
    ...(paid && {
      paymasterVerificationGasLimit: widen(report.paymasterGas) + VERIFICATION_OVERHEAD,
      paymasterPostOpGasLimit: widen(report.postOpGas) + 1_000n,
    }),
  };
  limits.verificationGasLimit = await findVerificationGas(bundler, { ...operation, ...limits });
  limits.preVerificationGas = countBundleGas(bundler, { ...operation, ...limits });
  return limits;
}

/** The least of a few tries that the call does not run out of: some calls check what is left. */
async function findCallGas(bundler: Simulation, operation: Operation, missingFunds: bigint, used: bigint) {
  for (let callGas = widen(used) + 2_000n; callGas < MOST_CALL_GAS; callGas = (callGas * 3n) / 2n) {
    const { step } = await probeOperation(bundler, operation, { callGas, missingFunds });
    if (step === "done" || step === "postOp") return callGas;
  }
  return operation.callGasLimit || MOST_CALL_GAS;
}

/** Asks the entry point itself, with nothing to pay, as a wrong signature is only looked at after the gas. */
async function findVerificationGas(bundler: Simulation, operation: Operation): Promise<bigint> {
  const free = { ...operation, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
  let { verificationGasLimit } = operation;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const refusal = await findRefusal(bundler, { ...free, verificationGasLimit });
    const code = refusal === undefined ? "" : readAaCode(refusal);
    if (refusal === undefined || AFTER_GAS.has(code)) return verificationGasLimit;
    if (!OUT_OF_GAS.has(code) || attempt === 7) throw toRefusal(refusal);
    verificationGasLimit = (verificationGasLimit * 4n) / 3n;
  }
  throw new BundlerError("rejectedByAccount", "AA26 over verificationGasLimit, however much it is given");
}

/** Wrong signature or not the time: judged once validation has run to its end. */
const AFTER_GAS = new Set(["AA24", "AA34", "AA22", "AA32"]);
const OUT_OF_GAS = new Set(["AA13", "AA23", "AA26", "AA33", "AA36", "AA95"]);

/** The transaction's own gas: 21,000, and 16 or 4 for each byte (EIP-2028), or its floor (EIP-7623). */
export function countBundleGas(bundler: Simulation, operation: Operation): bigint {
  const dear = { ...operation, preVerificationGas: 0xffffffn, signature: operation.signature };
  const bytes = hexToBytes(encodeBundle(bundler, dear));
  const zeros = bytes.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  const delegation = operation.authorization === undefined ? 0n : 25_000n;
  return 21_000n + BigInt(zeros * 4 + (bytes.length - zeros) * 16) + ENTRY_POINT_GAS + delegation;
}

/** One wei, so that paying is part of the estimate, unless a deposit is sure to do. */
async function guessMissingFunds({ client, version }: Simulation, operation: Operation): Promise<bigint> {
  if (operation.paymaster !== undefined || operation.maxFeePerGas === 0n) return 0n;
  const { address, abi } = entryPoints[version];
  const deposit = await readContract(client, {
    address,
    abi,
    functionName: "balanceOf",
    args: [operation.sender],
  });
  return deposit >= operation.maxFeePerGas * 3_000_000n ? 0n : 1n;
}

/** A sixty-fourth stays behind at each depth (EIP-150), and state may differ a little when it is included. */
const widen = (gas: bigint): bigint => {
  const wide = (gas * 115n) / 100n;
  return wide > maxUint128 ? maxUint128 : wide;
};
