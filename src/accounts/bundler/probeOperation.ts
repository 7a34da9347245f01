/** Runs an operation step by step where its entry point would, and measures: nothing of it stays. */
import { type Address, decodeErrorResult, decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import { toPackedUserOperation } from "viem/account-abstraction";
import { operationProbeAbi, operationProbeCode } from "../../abi/operationProbe.ts";
import { PortcullisError } from "../../errors.ts";
import { entryPoints } from "../entryPoints.ts";
import { hashOperation, type Operation } from "../signOperation.ts";
import { delegationOf, simulateCall } from "./simulateCall.ts";
import type { Simulation } from "./types.ts";

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
  { client, version, signer }: Simulation,
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
  const revert = await simulateCall(
    client,
    {
      // As in the transaction: a sender's address is warm, and a node's own choice could be whom the call is to.
      from: signer.address,
      to: entryPoint.address,
      data: encodeFunctionData({
        abi: entryPoint.abi,
        functionName: "delegateAndRevert",
        args: [PROBE, data],
      }),
    },
    { [PROBE]: { code: operationProbeCode }, ...delegationOf(operation) },
  );
  return readReport(revert ?? "0x", entryPoint.address);
}

function readReport(revert: Hex, entryPoint: Address): ProbeReport {
  const answer = readAnswer(revert);
  if (answer === undefined)
    throw new PortcullisError("ENTRY_POINT_MISSING", `There is no entry point at ${entryPoint}`, {
      hint: "`npx hardhat deploy` sets its code on a development chain; elsewhere use a network that has it",
      details: { entryPoint, answer: revert },
    });
  const report = decodeFunctionResult({ abi: operationProbeAbi, functionName: "probe", data: answer });
  return { ...report, step: probeSteps[report.step] ?? "done" };
}

/** What the probe returned, out of the entry point's DelegateAndRevert. */
function readAnswer(revert: Hex): Hex | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ abi: entryPoints["0.9"].abi, data: revert });
    return errorName === "DelegateAndRevert" && args[0] === true ? args[1] : undefined;
  } catch {
    return undefined;
  }
}
