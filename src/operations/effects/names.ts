/** What frames, errors, logs and addresses are called, by the book; unknown ones keep their bytes. */
import {
  type Abi,
  type AbiEvent,
  type Address,
  decodeErrorResult,
  decodeEventLog,
  decodeFunctionData,
  type Hex,
  hexToString,
  parseAbi,
  size,
} from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";

/** Errors of OpenZeppelin that reach callers through contracts whose own ABI does not list them. */
const COMMON_ERRORS = parseAbi([
  "error OwnableUnauthorizedAccount(address account)",
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error AccessManagedUnauthorized(address caller)",
  "error AccessManagedRequiredDelay(address caller, uint32 delay)",
  "error AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)",
  "error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)",
  "error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)",
  "error TimelockInsufficientDelay(uint256 delay, uint256 minDelay)",
  "error ERC1967InvalidImplementation(address implementation)",
  "error UUPSUnauthorizedCallContext()",
  "error UUPSUnsupportedProxiableUUID(bytes32 slot)",
  "error InvalidInitialization()",
  "error NotInitializing()",
  "error EnforcedPause()",
  "error ExpectedPause()",
  "error AddressEmptyCode(address target)",
  "error FailedCall()",
  "error ReentrancyGuardReentrantCall()",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error SafeERC20FailedOperation(address token)",
]);

export function nameOf(address: Address, book: AddressBook): string {
  const entry = book.entries.find((item) => item.address.toLowerCase() === address.toLowerCase());
  return entry ? `${entry.name} (${short(address)})` : address;
}

function short(address: Address): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

export function abiOf(address: Address, book: AddressBook): Abi | undefined {
  return book.entries.find((item) => item.address.toLowerCase() === address.toLowerCase())?.abi;
}

/** `setLimit(100)`, or undefined where the ABI has no such function. */
export function callText(input: Hex, abi: Abi | undefined, book: AddressBook): string | undefined {
  if (!abi || size(input) < 4) return undefined;
  try {
    const { functionName, args } = decodeFunctionData({ abi, data: input });
    return `${functionName}(${valuesText(args ?? [], book)})`;
  } catch {
    return undefined;
  }
}

/** Revert data in words: the custom error of whichever contract of the book has it, a string, a panic, or bytes. */
export function revertText(output: Hex, book: AddressBook): string {
  if (output === "0x") return "reverted without a reason";
  const errors = book.entries.flatMap(({ abi = [] }) => abi.filter(({ type }) => type === "error"));
  for (const abi of [errors, COMMON_ERRORS] as readonly Abi[]) {
    try {
      const { errorName, args } = decodeErrorResult({ abi, data: output });
      if (errorName === "Error") return String(args?.[0]);
      return `${errorName}(${valuesText((args as readonly unknown[]) ?? [], book)})`;
    } catch {
      // Not among these errors.
    }
  }
  const text = hexToString(output);
  return /^[\x20-\x7e]+$/.test(text) ? text : `unknown error ${output}`;
}

/** `Transfer(a, b, 5)`, or undefined where no known event fits. */
export function eventText(
  log: { topics: readonly Hex[]; data: Hex },
  abis: readonly (Abi | undefined)[],
  book: AddressBook,
): string | undefined {
  for (const abi of abis) {
    const events = (abi ?? []).filter((item): item is AbiEvent => item.type === "event");
    try {
      const { eventName, args } = decodeEventLog({
        abi: events,
        topics: log.topics as [Hex],
        data: log.data,
      });
      const values = Array.isArray(args) ? args : Object.values((args ?? {}) as object);
      return `${eventName}(${valuesText(values, book)})`;
    } catch {
      // Not among these events.
    }
  }
  return undefined;
}

function valuesText(values: readonly unknown[], book: AddressBook): string {
  return values.map((value) => valueText(value, book)).join(", ");
}

function valueText(value: unknown, book: AddressBook): string {
  if (Array.isArray(value)) return `[${valuesText(value, book)}]`;
  if (typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value)) return nameOf(value as Address, book);
  if (typeof value === "object" && value !== null) return `{${valuesText(Object.values(value), book)}}`;
  return String(value);
}
