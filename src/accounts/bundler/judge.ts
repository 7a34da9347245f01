/** Puts an operation to its entry point and to the probe; speaks as a bundler does where either refuses. */
import { decodeErrorResult, encodeFunctionData, type Hex } from "viem";
import { toPackedUserOperation } from "viem/account-abstraction";
import { entryPoints } from "../entryPoints.ts";
import { explainReason } from "../errors/explainReason.ts";
import type { Operation } from "../signOperation.ts";
import type { ProbeReport } from "./probeOperation.ts";
import { BundlerError, type bundlerCodes } from "./rpcError.ts";
import { delegationOf, simulateCall } from "./simulateCall.ts";
import type { Simulation } from "./types.ts";

/** A bundle of one. */
export const encodeBundle = ({ version, signer }: Simulation, operation: Operation): Hex =>
  encodeFunctionData({
    abi: entryPoints[version].abi,
    functionName: "handleOps",
    args: [[toPackedUserOperation(operation)], signer.address],
  });

/** What the entry point refuses an operation with; undefined where it takes it. Its call may fail all the same. */
export function findRefusal(bundler: Simulation, operation: Operation): Promise<Hex | undefined> {
  const { client, signer, version } = bundler;
  const data = encodeBundle(bundler, operation);
  const call = { from: signer.address, to: entryPoints[version].address, data };
  return simulateCall(client, call, delegationOf(operation));
}

/** The entry point's AAxx of a refusal, "" for none. */
export function readAaCode(refusal: Hex): string {
  try {
    const { errorName, args } = decodeErrorResult({ abi: entryPoints["0.9"].abi, data: refusal });
    if (errorName === "FailedOp" || errorName === "FailedOpWithRevert") return args[1].slice(0, 4);
  } catch {
    // not one of the entry point's
  }
  return "";
}

export function toRefusal(refusal: Hex): BundlerError {
  return new BundlerError(kindOf(readAaCode(refusal)), explainReason(refusal).message, refusal);
}

/** @throws BundlerError for a step that failed, and an operation that is not due or about to expire */
export function requireDone(
  { step, reason, validationData, paymasterValidationData }: ProbeReport,
  now: number | undefined,
): void {
  if (step !== "done") throw new BundlerError(kindOfStep[step], explainReason(reason, step).message, reason);
  if (now === undefined) return;
  for (const data of [validationData, paymasterValidationData]) {
    const [until, after] = [Number((data >> 160n) & MASK), Number(data >> 208n)];
    // Bit 47 of both marks block numbers (EntryPoint v0.9): the entry point has judged those.
    if (until >= BLOCK_NUMBERS && after >= BLOCK_NUMBERS) continue;
    if (after > now) throw new BundlerError("outOfTimeRange", `AA22 not due: valid from second ${after}`);
    if (until !== 0 && until < now + INCLUSION_SECONDS)
      throw new BundlerError("outOfTimeRange", `AA22 expired: valid until second ${until}, and it is ${now}`);
  }
}

const MASK = (1n << 48n) - 1n;
const BLOCK_NUMBERS = 2 ** 47;
/** ERC-4337 has bundlers drop what expires sooner than it is likely to be included. */
const INCLUSION_SECONDS = 30;

const kindOfStep = {
  creation: "rejectedByAccount",
  validation: "rejectedByAccount",
  paymaster: "rejectedByPaymaster",
  call: "callReverted",
  postOp: "rejectedByPaymaster",
} as const satisfies Record<string, keyof typeof bundlerCodes>;

function kindOf(code: string): keyof typeof bundlerCodes {
  if (code === "AA22" || code === "AA32") return "outOfTimeRange";
  if (code === "AA24" || code === "AA34") return "wrongSignature";
  return code.startsWith("AA3") ? "rejectedByPaymaster" : "rejectedByAccount";
}
