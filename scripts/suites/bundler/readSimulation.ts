/** What a simulated validation ended with, in the words that Alto's safe mode looks for. */
import { type Abi, decodeErrorResult, decodeFunctionResult, type Hex, parseAbi } from "viem";

const entryPointErrors = parseAbi([
  "error DelegateAndRevert(bool success, bytes data)",
  "error FailedOp(uint256 index, string reason)",
  "error FailedOpWithRevert(uint256 index, string reason, bytes inner)",
]);

/** @param data of the last revert in the trace, the entry point's: what it called answers inside */
export function readSimulation(data: Hex, simulations: Abi): { errorName: string; args: readonly unknown[] } {
  const outer = decodeErrorResult({ abi: entryPointErrors, data });
  if (outer.errorName !== "DelegateAndRevert") return { errorName: outer.args[1], args: [] };
  const [success, answer] = outer.args;
  if (!success) {
    const { args, errorName } = decodeErrorResult({ abi: entryPointErrors, data: answer });
    return { errorName: errorName === "DelegateAndRevert" ? errorName : args[1], args: [] };
  }
  const result = decodeFunctionResult({ abi: simulations, functionName: "simulateValidation", data: answer });
  return { errorName: "ValidationResult", args: [result] };
}
