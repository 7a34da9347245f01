/** The one text of a call: what `show` prints, what `propose` asks a person to confirm, what an operation file keeps. */
import { type Hex, keccak256, size } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import { decodeCall } from "./decode/decodeCall.ts";
import type { DecodedCall } from "./decode/types.ts";
import { writeCall, writeTransfer } from "./encode/writeCall.ts";
import type { Call } from "./types.ts";

/** Bytes shown in full; longer ones by length and hash. */
const shownBytes = 96;

export function formatCall(decoded: DecodedCall, book: AddressBook): string {
  return lines(decoded, book).join("\n");
}

/** Several calls, numbered. */
export function formatCalls(calls: readonly Call[], book: AddressBook): string {
  const texts = calls.map((call) => formatCall(decodeCall(call, book), book));
  if (texts.length === 1) return texts[0] ?? "";
  return texts.map((text, i) => `${i + 1}. ${indent(text, "   ").trimStart()}`).join("\n");
}

function lines(decoded: DecodedCall, book: AddressBook): string[] {
  return [
    headline(decoded, book),
    ...decoded.warnings.map((w) => `  ${w.severity === "danger" ? "!!" : "i "} ${w.message}`),
    ...decoded.inner.flatMap(({ role, decoded: inner }) => {
      const [first = "", ...rest] = lines(inner, book);
      return [`  └ ${role}: ${first}`, ...rest.map((line) => `    ${line}`)];
    }),
  ];
}

function headline(decoded: DecodedCall, book: AddressBook): string {
  const { call } = decoded;
  const mark = call.delegatecall ? "DELEGATECALL " : "";
  if (decoded.kind === "transfer") return writeTransfer(call.to, call.value, book);
  if (decoded.kind === "function" && decoded.function) {
    const carried = new Set<Hex>(decoded.inner.map(({ decoded: inner }) => inner.call.data));
    const bytes = (value: Hex) => (value !== "0x" && carried.has(value) ? "‹below›" : shorten(value));
    return mark + writeCall({ ...call, ...decoded.function }, book, { bytes, forReading: true });
  }
  const what = decoded.kind === "undecodable" ? "undecodable" : "unknown";
  return `${mark}${writeTransfer(call.to, call.value, book)} ‹${what}› ${shorten(call.data)}`;
}

function shorten(value: Hex): string {
  return size(value) <= shownBytes
    ? value
    : `${value.slice(0, 18)}… (${size(value)} bytes, keccak256 ${keccak256(value)})`;
}

function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => by + line)
    .join("\n");
}
