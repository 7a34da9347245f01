/** Any failure of an operation, from our bundler or anyone's, as one refusal in words. */
import { type Hex, isHex } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { explainFault } from "../../explainFault.ts";
import { bundlerCodes } from "../bundler/rpcError.ts";
import { explainAaCode } from "./entryPointReasons.ts";
import { explainReason, type Reason, type RefusalStep } from "./explainReason.ts";
import { findRevertData } from "./findRevertData.ts";

/**
 * @param error what permissionless, viem or a bundler threw
 * @param book names for addresses, and ABIs whose errors and functions are to be read
 *
 * @example
 * await bot.sendUserOperation({ calls }).catch((error) => { throw explainRefusal(error, book); });
 */
export function explainRefusal(error: unknown, book?: AddressBook): PortcullisError {
  const chain = causes(error);
  const own = chain.find((cause) => cause instanceof PortcullisError);
  if (own !== undefined) return own;

  const text = chain.map(({ message }) => message).join("\n");
  // The innermost is the bundler's own: those around it have made theirs of it.
  const rpcCode = chain
    .map((cause) => ("code" in cause ? cause.code : undefined))
    .findLast((code) => typeof code === "number");
  const data = findRevertData(error) ?? revertIn(text);
  const aa = /\bAA\d\d\b[^\n,"]*/.exec(text)?.[0];
  const reason = readReason(data, aa, rpcCode, book);
  if (reason === undefined) return explainFault(error) ?? unexplained(text, error);
  return new PortcullisError(reason.code, reason.message, {
    hint: reason.hint,
    details: {
      ...(data && { reason: data }),
      ...(aa && { entryPoint: aa }),
      ...(rpcCode !== undefined && { rpcCode }),
    },
    cause: error,
  });
}

function readReason(
  data: Hex | undefined,
  aa: string | undefined,
  rpcCode: unknown,
  book: AddressBook | undefined,
): Reason | undefined {
  if (data !== undefined) return explainReason(data, stepOf(rpcCode, aa), book);
  if (aa !== undefined) return explainAaCode(aa);
  return rpcCode === bundlerCodes.callReverted ? explainReason("0x", "call", book) : undefined;
}

function stepOf(rpcCode: unknown, aa: string | undefined): RefusalStep | undefined {
  if (aa?.startsWith("AA1")) return "creation";
  if (aa?.startsWith("AA3") || rpcCode === bundlerCodes.rejectedByPaymaster) return "paymaster";
  if (aa?.startsWith("AA2") || rpcCode === bundlerCodes.rejectedByAccount) return "validation";
  return rpcCode === bundlerCodes.callReverted ? "call" : undefined;
}

/** Bundlers that carry it in words: "… reverted with reason: 0x…". Addresses and hashes are no reasons. */
function revertIn(text: string): Hex | undefined {
  const found = /revert[^\n]*?(0x[0-9a-f]{8}(?:[0-9a-f]{64})*)\b/i.exec(text)?.[1];
  return isHex(found) ? found : undefined;
}

const unexplained = (text: string, cause: unknown): PortcullisError =>
  new PortcullisError("OPERATION_REFUSED", `The bundler refuses the operation: ${text.split("\n", 1)[0]}`, {
    hint: "`npx hardhat account show` prints the account's owner, entry point and modules",
    cause,
  });

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let e = error; e instanceof Error && chain.length < 12; e = e.cause) chain.push(e);
  return chain;
}
