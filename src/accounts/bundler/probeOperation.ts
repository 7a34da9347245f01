/** Runs an operation step by step where its entry point would, and measures: nothing of it stays. */
import {
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  type StateOverride,
} from "viem";
import { toPackedUserOperation } from "viem/account-abstraction";
import { call } from "viem/actions";
import { operationProbeAbi, operationProbeCode } from "../../abi/operationProbe.ts";
import { entryPoints } from "../entryPoints.ts";
import { findRevertData } from "../errors/findRevertData.ts";
import { hashOperation, type Operation } from "../signOperation.ts";
import type { Bundler } from "./types.ts";

/** Nobody's: it is lent the probe's code for one call. */
const PROBE = "0x0000000000000000000000000000504f52544350";

export const probeSteps = ["creation", "validation", "paymaster", "call", "postOp", "done"] as const;

export interface ProbeReport {
  /** The step that failed, or "done". */
  step: (typeof probeSteps)[number];
  /** What it reverted with. */
  reason: Hex;
  creationGas: bigint;
  validationGas: bigint;
  validationData: bigint;
  paymasterGas: bigint;
  paymasterValidationData: bigint;
  callGas: bigint;
  postOpGas: bigint;
}

/** @param limits gas for the call, and wei the account is asked for in validation */
export async function probeOperation(
  { client, version }: Bundler,
  operation: Operation,
  limits: { callGas: bigint; missingFunds: bigint },
): Promise<ProbeReport> {
  const entryPoint = entryPoints[version];
  const data = encodeFunctionData({
    abi: operationProbeAbi,
    functionName: "probe",
    args: [
      toPackedUserOperation(operation),
      hashOperation(operation, client.chain.id, version),
      limits.missingFunds,
      limits.callGas,
      entryPoint.senderCreator,
    ],
  });
  try {
    await call(client, {
      to: entryPoint.address,
      data: encodeFunctionData({
        abi: entryPoint.abi,
        functionName: "delegateAndRevert",
        args: [PROBE, data],
      }),
      stateOverride: [{ address: PROBE, code: operationProbeCode }, ...delegationOf(operation)],
    });
  } catch (error) {
    return readReport(findRevertData(error), error);
  }
  throw new Error("delegateAndRevert did not revert: there is no entry point at its address");
}

/** A chain has no delegation before its first operation: it is lent one, as the transaction would bring it. */
export const delegationOf = ({ sender, authorization }: Operation): StateOverride =>
  authorization === undefined ? [] : [{ address: sender, code: `0xef0100${authorization.address.slice(2)}` }];

function readReport(revert: Hex | undefined, error: unknown): ProbeReport {
  if (revert === undefined) throw error;
  const { errorName, args } = decodeErrorResult({ abi: entryPoints["0.9"].abi, data: revert });
  if (errorName !== "DelegateAndRevert" || args[0] !== true) throw error;
  const report = decodeFunctionResult({ abi: operationProbeAbi, functionName: "probe", data: args[1] });
  return { ...report, step: probeSteps[report.step] ?? "done" };
}
