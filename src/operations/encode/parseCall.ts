/** A call as people write it → the call as it will reach the chain. */
import {
  type Abi,
  type AbiFunction,
  type Address,
  checksumAddress,
  encodeFunctionData,
  type Hex,
  isAddress,
  parseAbiItem,
  toFunctionSelector,
} from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress, findByName } from "../../chain/findEntry.ts";
import { nearestName } from "../../policy/text/nearest.ts";
import type { Call } from "../types.ts";
import { coerceAll } from "./coerce.ts";
import { readCall } from "./readCall.ts";
import { describeFunction, refuse, signatureOf } from "./refuse.ts";
import type { CallSyntax, Item } from "./syntax.ts";

interface Target {
  address: Address;
  /** As written. */
  label: string;
  abi?: Abi;
}

/**
 * `vault.setLimit(100 ether)`, `vault.upgradeToAndCall(vaultV2, 0x)`, `vault.deposit(){value: 1 ether}`,
 * `alice{value: 1 ether}`. A call may stand where bytes are wanted, `vault.withdraw` where a selector (bytes4) is.
 * On a contract without ABI the function is written with its types: `0x….set(uint256)(5)`.
 *
 * @throws PortcullisError CALL_SYNTAX, CALL_UNKNOWN_CONTRACT, CALL_UNKNOWN_FUNCTION, CALL_AMBIGUOUS,
 * CALL_ARGUMENT_COUNT, CALL_ARGUMENT_TYPE, CALL_ARGUMENT_NAME, CALL_UNKNOWN_NAME, CALL_NOT_PAYABLE, CALL_READS_ONLY,
 * WRONG_CHAIN
 */
export function parseCall(text: string, book: AddressBook): Call {
  return resolveCall(readCall(text), text, book);
}

function resolveCall(syntax: CallSyntax, text: string, book: AddressBook): Call {
  const target = findTarget(syntax.target, book);
  const value = syntax.value === undefined ? 0n : readEther(syntax, text, book);
  if (syntax.name === undefined) return { to: target.address, value, data: "0x" };
  const item = findFunction(target, syntax);
  const where = `${target.label}.${item.name}`;
  if (value > 0n && item.stateMutability !== "payable") {
    refuse("CALL_NOT_PAYABLE", `${where} takes no ETH`, `leave out {value: …}`, { value });
  }
  const args = coerceAll(item.inputs, syntax.args, {
    text,
    book,
    where,
    encodeCall: (call) => encodeInner(call, text, book, where),
    selectorOf: (path) => selectorOf(path, book),
  });
  return {
    to: target.address,
    value,
    data: encodeFunctionData({ abi: [item], functionName: item.name, args }),
  };
}

function encodeInner(call: CallSyntax, text: string, book: AddressBook, where: string): Hex {
  const inner = resolveCall(call, text, book);
  if (inner.value === 0n) return inner.data;
  return refuse("CALL_NOT_PAYABLE", `${where}: bytes carry no ETH`, "put {value: …} behind the outer call");
}

function findTarget(written: string, book: AddressBook): Target {
  if (isAddress(written, { strict: false })) {
    const digits = written.slice(2);
    const plain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
    const address = checksumAddress(`0x${digits.toLowerCase()}`);
    if (!plain && `0x${digits}` !== address) {
      refuse(
        "CALL_ARGUMENT_TYPE",
        `The checksum of ${written} is wrong`,
        `if the digits are right write ${address}`,
      );
    }
    const entry = findByAddress(book, address);
    return { address, label: entry?.name ?? written, ...(entry?.abi ? { abi: entry.abi } : {}) };
  }
  const entry = findByName(book, written);
  if (entry)
    return {
      address: checksumAddress(entry.address),
      label: written,
      ...(entry.abi ? { abi: entry.abi } : {}),
    };
  const near = nearestName(
    written,
    book.entries.map((e) => e.name),
  );
  return refuse(
    "CALL_UNKNOWN_CONTRACT",
    `There is no contract ${JSON.stringify(written)} on chain ${book.chainId}`,
    near
      ? `did you mean ${near}?`
      : `write an address, or one of: ${book.entries.map((e) => e.name).join(", ")}`,
    { name: written, written, nearest: near },
  );
}

function findFunction(target: Target, syntax: CallSyntax): AbiFunction {
  const name = syntax.name ?? "";
  if (!target.abi) return readSignature(target, syntax);
  const functions = target.abi.filter((item): item is AbiFunction => item.type === "function");
  const named = functions.filter((item) => item.name === name);
  if (named.length === 0) {
    const near = nearestName(
      name,
      functions.filter((f) => !readsOnly(f)).map((f) => f.name),
    );
    refuse(
      "CALL_UNKNOWN_FUNCTION",
      `${target.label} has no function ${JSON.stringify(name)}`,
      near
        ? `did you mean ${target.label}.${near}?`
        : `${target.label} has: ${[...new Set(functions.filter((f) => !readsOnly(f)).map((f) => f.name))].join(", ")}`,
      { contract: target.label, function: name, written: name, nearest: near },
    );
  }
  const item = chooseOverload(target, syntax, named);
  if (readsOnly(item)) {
    refuse(
      "CALL_READS_ONLY",
      `${target.label}.${item.name} only reads: there is nothing to send`,
      "choose a function that changes something",
    );
  }
  return item;
}

function chooseOverload(target: Target, syntax: CallSyntax, named: readonly AbiFunction[]): AbiFunction {
  const [first] = named;
  if (syntax.types !== undefined) {
    const exact = named.find((item) => signatureOf(item) === canonical(`${syntax.name}${syntax.types}`));
    if (exact) return exact;
    return refuse(
      "CALL_UNKNOWN_FUNCTION",
      `${target.label} has no function ${syntax.name}${syntax.types}`,
      `write one of: ${named.map(signatureOf).join(", ")}`,
    );
  }
  if (first && named.length === 1) return first;
  const fitting = named.filter((item) => item.inputs.length === syntax.args.length);
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  if (fitting.length === 0) {
    return refuse(
      "CALL_ARGUMENT_COUNT",
      `No ${target.label}.${syntax.name} takes ${syntax.args.length} arguments`,
      `write one of: ${named.map(describeFunction).join("; ")}`,
      { given: syntax.args.length },
    );
  }
  return refuse(
    "CALL_AMBIGUOUS",
    `${target.label}.${syntax.name} with ${syntax.args.length} arguments could be ${fitting.map(signatureOf).join(" or ")}`,
    `say which, with its types first: ${target.label}.${signatureOf(fitting[0] as AbiFunction)}(…)`,
    { candidates: fitting.map(signatureOf) },
  );
}

/** The writer vouches for the function of a contract whose ABI is not known, by writing it with its types. */
function readSignature(target: Target, syntax: CallSyntax): AbiFunction {
  if (syntax.types !== undefined) {
    try {
      return parseAbiItem(`function ${syntax.name}${syntax.types} payable` as string) as AbiFunction;
    } catch {
      refuse(
        "CALL_SYNTAX",
        `${syntax.name}${syntax.types} is not a function's signature`,
        "write types as in Solidity: set(uint256,address)(1, alice)",
      );
    }
  }
  return refuse(
    "CALL_UNKNOWN_FUNCTION",
    `The ABI of ${target.label} is not known, so ${JSON.stringify(syntax.name)} is not either`,
    `write the function with its types: ${target.label}.${syntax.name}(uint256)(…)`,
    { contract: target.label },
  );
}

function canonical(signature: string): string {
  try {
    return signatureOf(parseAbiItem(`function ${signature}` as string) as AbiFunction);
  } catch {
    return signature;
  }
}

function selectorOf(path: string, book: AddressBook): Hex | undefined {
  const dot = path.lastIndexOf(".");
  const abi = dot === -1 ? undefined : findByName(book, path.slice(0, dot))?.abi;
  const found = abi?.filter(
    (item): item is AbiFunction => item.type === "function" && item.name === path.slice(dot + 1),
  );
  const [only] = found ?? [];
  return only && found?.length === 1 ? toFunctionSelector(only) : undefined;
}

function readEther(syntax: CallSyntax, text: string, book: AddressBook): bigint {
  const value = syntax.value as Item["value"];
  const [wei] = coerceAll(
    [{ type: "uint256", name: "value" }],
    [{ value, start: value.start, end: value.end }],
    { text, book, where: syntax.target, encodeCall: () => "0x", selectorOf: () => undefined },
  );
  return wei as bigint;
}

function readsOnly(item: AbiFunction): boolean {
  return item.stateMutability === "view" || item.stateMutability === "pure";
}
