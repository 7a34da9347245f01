/** A call → the one line a person can read, and that `parseCall` reads back to the same bytes. */
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  checksumAddress,
  type Hex,
  isAddressEqual,
} from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { formatAmount } from "../../policy/text/amount.ts";
import { writeInteger } from "./number.ts";
import { signatureOf } from "./refuse.ts";

/** How an argument is shown; the default shows all of it. */
export interface WriteOptions {
  /** Text in place of a `bytes` value, where it is told elsewhere. */
  bytes?: (value: Hex) => string | undefined;
  /** Leaves out the types that `parseCall` needs where the target's ABI does not know the function. */
  forReading?: true;
}

/** `vault.setLimit(limit: 100e18)` */
export function writeCall(
  call: { to: Address; value: bigint; item: AbiFunction; args: readonly unknown[] },
  book: AddressBook,
  options: WriteOptions = {},
): string {
  const entry = findByAddress(book, call.to);
  const functions = (entry?.abi ?? []).filter(
    (i): i is AbiFunction => i.type === "function" && i.name === call.item.name,
  );
  const rivals = functions.filter((i) => i.inputs.length === call.item.inputs.length);
  // types are part of the text only where the name alone would not do
  const clear = rivals.length === 1 || (options.forReading && rivals.length === 0);
  const overload = clear ? "" : signatureOf(call.item).slice(call.item.name.length);
  const args = writeFields(call.item.inputs, call.args, book, options);
  return `${writeAddress(call.to, book)}.${call.item.name}${overload}(${args})${writeEther(call.value)}`;
}

/** `alice{value: 1 ether}` */
export function writeTransfer(to: Address, value: bigint, book: AddressBook): string {
  return `${writeAddress(to, book)}${writeEther(value) || "{value: 0 wei}"}`;
}

/** The name, where the name leads back to this address; else the address. */
export function writeAddress(address: Address, book: AddressBook): string {
  const named = book.entries.find(
    (entry) => isAddressEqual(entry.address, address) && isWritable(entry.name, book, address),
  );
  return named?.name ?? checksumAddress(address);
}

export function writeValue(
  parameter: AbiParameter,
  value: unknown,
  book: AddressBook,
  options: WriteOptions = {},
): string {
  const array = /^(.*)\[\d*\]$/.exec(parameter.type);
  if (array) {
    const element = { ...parameter, type: array[1] ?? "" };
    return `[${(value as readonly unknown[]).map((entry) => writeValue(element, entry, book, options)).join(", ")}]`;
  }
  if (parameter.type === "tuple") {
    const components = (parameter as { components?: readonly AbiParameter[] }).components ?? [];
    const fields = Array.isArray(value)
      ? value
      : components.map((component) => (value as Record<string, unknown>)[component.name ?? ""]);
    return `(${writeFields(components, fields, book, options)})`;
  }
  if (parameter.type === "address") return writeAddress(value as Address, book);
  if (parameter.type === "string") return writeText(value as string);
  if (typeof value === "bigint" || typeof value === "number")
    return writeNumber(parameter.type, BigInt(value));
  if (parameter.type === "bytes") return options.bytes?.(value as Hex) ?? (value as Hex);
  return String(value);
}

function writeFields(
  parameters: readonly AbiParameter[],
  values: readonly unknown[],
  book: AddressBook,
  options: WriteOptions,
): string {
  const names = parameters.map((p) => p.name ?? "");
  const labelled = names.every(isWord) && new Set(names).size === names.length;
  return parameters
    .map((p, i) => `${labelled ? `${names[i]}: ` : ""}${writeValue(p, values[i], book, options)}`)
    .join(", ");
}

function writeNumber(type: string, value: bigint): string {
  const bits = Number(type.replace(/^u?int/, "") || "256");
  const largest = 2n ** BigInt(type.startsWith("int") ? bits - 1 : bits) - 1n;
  return bits >= 64 && value === largest ? "max" : writeInteger(value);
}

/** In double quotes; what could hide or reorder text is escaped. */
function writeText(text: string): string {
  const body = [...text].map((letter) => {
    if (letter === '"' || letter === "\\") return `\\${letter}`;
    if (letter === "\n") return "\\n";
    return /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(letter) ? letter : `\\u{${letter.codePointAt(0)?.toString(16)}}`;
  });
  return `"${body.join("")}"`;
}

function writeEther(wei: bigint): string {
  return wei === 0n ? "" : `{value: ${formatAmount(wei)}}`;
}

function isWord(name: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name);
}

/** A name that is not one word, or that another entry has too, is not written: it would not read back. */
function isWritable(name: string, book: AddressBook, address: Address): boolean {
  if (!/^[A-Za-z_$][\w$]*(-[\w$]+)*(\.[A-Za-z_$][\w$]*(-[\w$]+)*)*$/.test(name)) return false;
  const first = book.entries.find((entry) => entry.name === name);
  return first !== undefined && isAddressEqual(first.address, address);
}
