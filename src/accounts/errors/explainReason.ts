/** What an operation was refused with, in words: from the entry point's codes and every contract's own errors. */
import { type Abi, decodeErrorResult, type Hex, size } from "viem";
import { sessionValidatorAbi } from "../../abi/sessionValidator.ts";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { smartAccountFactoryAbi } from "../../abi/smartAccountFactory.ts";
import type { AddressBook } from "../../chain/addressBook.ts";
import { entryPoints } from "../entryPoints.ts";
import { explainContractError } from "./contractReasons.ts";
import { explainAaCode } from "./entryPointReasons.ts";

export interface Reason {
  /** Upper snake case; what a PortcullisError of it has. */
  code: string;
  message: string;
  /** The next command to type, or what to do instead. */
  hint: string;
}

/** Where it was refused, if the entry point does not say. */
export type RefusalStep = "creation" | "validation" | "paymaster" | "call" | "postOp";

const EMPTY_BOOK: AddressBook = { chainId: 0, entries: [] };
const OWN: Abi = [
  ...sessionValidatorAbi,
  ...smartAccountAbi,
  ...smartAccountFactoryAbi,
  ...scopedCallsErrors(),
];

/** @param reason the bytes reverted with; empty for none */
export function explainReason(reason: Hex, step?: RefusalStep, book = EMPTY_BOOK): Reason {
  const decoded = decode(reason, book);
  if (decoded === undefined) return explainUnknown(reason, step);
  const { name, args } = decoded;
  if (name === "FailedOp") return explainAaCode(String(args[1]));
  if (name === "FailedOpWithRevert") {
    const inner = args[2] as Hex;
    return size(inner) >= 4
      ? explainReason(inner, step ?? "validation", book)
      : explainAaCode(String(args[1]));
  }
  return explainContractError(name, args, book) ?? explainForeign(name, args, step);
}

function decode(data: Hex, book: AddressBook): { name: string; args: readonly unknown[] } | undefined {
  if (size(data) < 4) return undefined;
  const foreign = book.entries.flatMap(({ abi }) => (abi === undefined ? [] : [abi]));
  for (const abi of [entryPoints["0.9"].abi as Abi, OWN, ...foreign]) {
    try {
      const { errorName, args } = decodeErrorResult({ abi, data });
      return { name: errorName, args: args ?? [] };
    } catch {
      // not one of this contract's
    }
  }
  return undefined;
}

const explainForeign = (name: string, args: readonly unknown[], step: RefusalStep | undefined): Reason => ({
  code: codeOf(step),
  message: `${subjectOf(step)} reverted: ${name === "Error" ? String(args[0]) : `${name}(${args.map(String).join(", ")})`}`,
  hint: hintOf(step),
});

const explainUnknown = (reason: Hex, step: RefusalStep | undefined): Reason => ({
  code: codeOf(step),
  message: `${subjectOf(step)} reverted ${size(reason) < 4 ? "without a reason" : `with ${reason.slice(0, 10)}, which no known contract declares`}`,
  hint: hintOf(step),
});

const codeOf = (step: RefusalStep | undefined): string =>
  step === undefined
    ? "OPERATION_REFUSED"
    : `OPERATION_${step === "postOp" ? "POST_OP" : step.toUpperCase()}_REVERTED`;

const SUBJECTS = {
  creation: "The account's creation",
  validation: "The account's validation",
  paymaster: "The paymaster's validation",
  call: "The operation's call",
  postOp: "The paymaster's postOp",
};

const subjectOf = (step: RefusalStep | undefined): string => (step ? SUBJECTS[step] : "The operation");

const hintOf = (step: RefusalStep | undefined): string =>
  step === "call"
    ? "correct the call: nothing was sent, and nothing was spent"
    : "`npx hardhat account show` prints who may do what through this account";

function scopedCallsErrors(): Abi {
  const names = ["ScopedCallsNotCanonical", "AccountUnauthorized"];
  return names.map((name) => ({
    type: "error" as const,
    name,
    inputs: name === "AccountUnauthorized" ? [{ type: "address", name: "sender" }] : [],
  }));
}
