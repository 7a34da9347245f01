/** Written value + Solidity type → the value viem encodes. */
import { type AbiParameter, type Address, checksumAddress, type Hex, isAddress, size } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByName } from "../../chain/findEntry.ts";
import { shortNameOf } from "../../policy/chains.ts";
import { nearestName } from "../../policy/text/nearest.ts";
import { readInteger } from "./number.ts";
import { refuse } from "./refuse.ts";
import type { CallSyntax, Item } from "./syntax.ts";

export interface CoerceContext {
  text: string;
  book: AddressBook;
  /** `vault.setLimit`: what errors begin with. */
  where: string;
  /** Calldata of a call written where bytes are wanted. */
  encodeCall(call: CallSyntax): Hex;
  /** Selector of `contract.function`, written where bytes4 is wanted. */
  selectorOf(path: string): Hex | undefined;
}

type Components = readonly AbiParameter[];

/** Throws CALL_ARGUMENT_TYPE, CALL_ARGUMENT_COUNT, CALL_UNKNOWN_NAME, WRONG_CHAIN. */
export function coerceAll(
  parameters: Components,
  items: readonly Item[],
  context: CoerceContext,
  owner = "argument",
): unknown[] {
  const ordered = orderByLabels(parameters, items, context);
  if (ordered.length !== parameters.length) {
    const wanted = parameters.map((p) => `${p.type}${p.name ? ` ${p.name}` : ""}`).join(", ");
    refuse(
      "CALL_ARGUMENT_COUNT",
      `${context.where} takes ${parameters.length} ${owner}${parameters.length === 1 ? "" : "s"} (${wanted}), not ${items.length}`,
      `write ${parameters.length} value${parameters.length === 1 ? "" : "s"}, in this order: ${wanted || "none"}`,
      { expected: parameters.length, given: items.length },
    );
  }
  return parameters.map((parameter, index) => coerce(parameter, ordered[index] as Item, context));
}

/** All fields of a struct or all arguments by name, in any order; or none of them. */
function orderByLabels(
  parameters: Components,
  items: readonly Item[],
  context: CoerceContext,
): readonly Item[] {
  const isLabel = (item: Item) =>
    item.label !== undefined && (parameters.some((p) => p.name === item.label) || item.value.kind !== "hex");
  if (!items.some(isLabel)) return items;
  const byName = new Map<string, Item>();
  for (const item of items) {
    const label = item.label;
    if (label === undefined || !parameters.some((p) => p.name === label) || byName.has(label)) {
      const names = parameters.map((p) => p.name ?? "").filter(Boolean);
      const near = label === undefined ? undefined : nearestName(label, names);
      refuse(
        "CALL_ARGUMENT_NAME",
        `${context.where}: ${label === undefined ? `${quote(item, context)} has no name while others have one` : `${label} is ${byName.has(label) ? "given twice" : "no parameter"}`}`,
        near ? `did you mean ${near}?` : `name all or none of: ${names.join(", ")}`,
        { label, written: label, nearest: near },
      );
    }
    byName.set(label, { ...item, label: "" });
  }
  return parameters.flatMap((p) => {
    const item = p.name === undefined ? undefined : byName.get(p.name);
    return item ? [item] : [];
  });
}

function coerce(parameter: AbiParameter, item: Item, context: CoerceContext): unknown {
  const { type } = parameter;
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  const { value } = item;
  if (item.label && type !== "address")
    fail(parameter, item, context, "a chain's short name stands only before an address");
  if (array) return coerceArray(parameter, array[1] ?? "", array[2] ?? "", item, context);
  if (type === "tuple") {
    if (value.kind !== "tuple") fail(parameter, item, context, "write a tuple, as (1, alice)");
    const components = (parameter as { components?: Components }).components ?? [];
    return toTuple(components, coerceAll(components, value.items, inside(parameter, context), "field"));
  }
  if (type === "address") return coerceAddress(parameter, item, context);
  if (type === "bool") {
    if (value.kind === "name" && (value.text === "true" || value.text === "false"))
      return value.text === "true";
    fail(parameter, item, context, "write true or false");
  }
  if (type === "string") {
    if (value.kind === "string") return value.text;
    fail(parameter, item, context, 'write text in quotes: "text"');
  }
  if (type.startsWith("bytes")) return coerceBytes(parameter, item, context);
  if (/^u?int\d*$/.test(type)) return coerceInteger(parameter, item, context);
  fail(parameter, item, context, `values of type ${type} cannot be written`);
}

function coerceArray(
  parameter: AbiParameter,
  element: string,
  length: string,
  item: Item,
  context: CoerceContext,
): unknown[] {
  const { value } = item;
  if (value.kind !== "list") fail(parameter, item, context, "write a list, as [1, 2]");
  if (length !== "" && value.items.length !== Number(length)) {
    fail(parameter, item, context, `it must have exactly ${length} elements, and has ${value.items.length}`);
  }
  return value.items.map((entry, index) =>
    coerce({ ...parameter, type: element, name: `${parameter.name ?? ""}[${index}]` }, entry, context),
  );
}

function coerceAddress(parameter: AbiParameter, item: Item, context: CoerceContext): Address {
  const { value } = item;
  const { book } = context;
  if (item.label) checkChain(item, context);
  if (value.kind === "hex") {
    if (size(value.text as Hex) !== 20 || value.text.length !== 42)
      fail(parameter, item, context, "an address has 20 bytes");
    // all-lower and all-upper carry no checksum
    const digits = value.text.slice(2);
    const plain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
    const address = checksumAddress(`0x${digits.toLowerCase()}`);
    if (!plain && !isAddress(`0x${digits}`, { strict: true })) {
      fail(parameter, item, context, `its checksum is wrong; if the digits are right it is ${address}`);
    }
    return address;
  }
  if (value.kind === "name") {
    const entry = findByName(book, value.text);
    if (entry) return checksumAddress(entry.address);
    const near = nearestName(
      value.text,
      book.entries.map((e) => e.name),
    );
    refuse(
      "CALL_UNKNOWN_NAME",
      `${context.where}: ${describe(parameter)} cannot be ${quote(item, context)}: no such name on chain ${book.chainId}`,
      near
        ? `did you mean ${near}?`
        : `write an address, or one of: ${book.entries.map((e) => e.name).join(", ")}`,
      { name: value.text, written: value.text, nearest: near },
    );
  }
  fail(parameter, item, context, "write a name or an address");
}

/** EIP-3770: `eth:0x…` is an address of mainnet and of no other chain. */
function checkChain(item: Item, context: CoerceContext): void {
  const own = shortNameOf(context.book.chainId);
  if (item.label === own) return;
  refuse(
    "WRONG_CHAIN",
    `${context.where}: ${quote(item, context)} is an address of another chain; this is chain ${context.book.chainId}${own ? ` (${own})` : ""}`,
    "use the address on this chain, or choose the other with --network",
    { prefix: item.label, chainId: context.book.chainId },
  );
}

function coerceBytes(parameter: AbiParameter, item: Item, context: CoerceContext): Hex {
  const { value } = item;
  const length = parameter.type === "bytes" ? undefined : Number(parameter.type.slice(5));
  if (value.kind === "call" && length === undefined) return context.encodeCall(value);
  if (value.kind === "name" && length === 4) {
    const selector = context.selectorOf(value.text);
    if (selector) return selector;
  }
  if (value.kind !== "hex") fail(parameter, item, context, "write bytes as 0x and hexadecimal digits");
  if (value.text.length % 2 === 1) fail(parameter, item, context, "it has an odd number of digits");
  const given = size(value.text as Hex);
  if (length !== undefined && given !== length)
    fail(parameter, item, context, `it must have ${length} bytes, and has ${given}`);
  return value.text.toLowerCase() as Hex;
}

function coerceInteger(parameter: AbiParameter, item: Item, context: CoerceContext): bigint | number {
  const { value } = item;
  const signed = parameter.type.startsWith("int");
  const bits = Number(parameter.type.replace(/^u?int/, "") || "256");
  const largest = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const least = signed ? -largest - 1n : 0n;
  let integer: bigint;
  if (value.kind === "number") {
    const read = readInteger(value.parts);
    if (typeof read === "object") return fail(parameter, item, context, read.problem);
    integer = read;
  } else if (value.kind === "hex" && value.text.length > 2) integer = BigInt(value.text);
  else if (value.kind === "name" && value.text === "max") integer = largest;
  else
    return fail(
      parameter,
      item,
      context,
      "write a whole number, with a unit where it has one (100 ether, 2 days)",
    );
  if (integer > largest || integer < least) {
    fail(
      parameter,
      item,
      context,
      `${parameter.type} holds ${least} to ${bits > 64 ? `2^${signed ? bits - 1 : bits} - 1` : largest}`,
    );
  }
  // viem takes numbers up to 48 bits, as it returns them
  return bits <= 48 ? Number(integer) : integer;
}

/** viem wants an object where all fields have names of their own, else a list. */
function toTuple(components: Components, values: readonly unknown[]): unknown {
  const names = components.map((c) => c.name ?? "");
  const named = names.every(Boolean) && new Set(names).size === names.length;
  return named ? Object.fromEntries(names.map((name, i) => [name, values[i]])) : values;
}

function inside(parameter: AbiParameter, context: CoerceContext): CoerceContext {
  return { ...context, where: `${context.where}: ${parameter.name || "tuple"}` };
}

function describe(parameter: AbiParameter): string {
  return parameter.name ? `${parameter.name} (${parameter.type})` : parameter.type;
}

function quote(item: { start: number; end: number }, context: CoerceContext): string {
  return JSON.stringify(context.text.slice(item.start, item.end));
}

function fail(parameter: AbiParameter, item: Item, context: CoerceContext, problem: string): never {
  refuse(
    "CALL_ARGUMENT_TYPE",
    `${context.where}: ${describe(parameter)} cannot be ${quote(item, context)}: ${problem}`,
    `change ${quote(item, context)} to a value of type ${parameter.type}`,
    { parameter: parameter.name, type: parameter.type, value: context.text.slice(item.start, item.end) },
  );
}
