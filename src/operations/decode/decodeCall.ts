/** Bytes → meaning, recursively, to the end. Never throws and never guesses: what is not known is shown as bytes. */
import {
  type Abi,
  type AbiFunction,
  type Address,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  isAddressEqual,
  size,
  slice,
  toFunctionSelector,
} from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { signatureOf } from "../encode/refuse.ts";
import { carriedBy } from "./carry.ts";
import { findStandard } from "./standards.ts";
import type { CallBytes, DecodedCall, InnerCall, Warning } from "./types.ts";

/** How far a decoding goes: what lies beyond is shown as bytes, with a warning. */
export interface DecodeLimits {
  depth: number;
  /** Calls in all. */
  calls: number;
  /** Bytes of one call's data; the default is the largest transaction nodes pass on. */
  bytes: number;
  /** Bytes of all calls: encoded arrays may point to the same bytes many times over. */
  totalBytes: number;
}

export const defaultLimits: DecodeLimits = { depth: 12, calls: 1000, bytes: 131_072, totalBytes: 1_048_576 };

interface State {
  book: AddressBook;
  limits: DecodeLimits;
  calls: number;
  bytes: number;
}

export function decodeCall(
  call: CallBytes,
  book: AddressBook,
  limits: DecodeLimits = defaultLimits,
): DecodedCall {
  return decode(call, undefined, 0, { book, limits, calls: 0, bytes: 0 });
}

function decode(call: CallBytes, code: Address | undefined, depth: number, state: State): DecodedCall {
  state.calls++;
  const warnings: Warning[] = [];
  const entry = findByAddress(state.book, call.to);
  if (call.delegatecall) warnings.push(delegatecallWarning(call.to, entry?.name));
  const bare = { call, inner: [], warnings };
  state.bytes += size(call.data);
  if (size(call.data) > state.limits.bytes || state.bytes > state.limits.totalBytes) {
    warnings.push(danger("TOO_LARGE", `${size(call.data)} bytes of data are too many to decode`));
    return { ...bare, kind: "unknown" };
  }
  if (call.data === "0x" && !call.delegatecall) return { ...bare, kind: "transfer" };
  if (!entry && code === undefined) warnings.push(notice("UNKNOWN_TARGET", `${call.to} has no name here`));
  if (size(call.data) < 4) {
    warnings.push(danger("UNKNOWN_SELECTOR", `${size(call.data)} bytes of data are too few for a function`));
    return { ...bare, kind: "unknown" };
  }
  const meaning = findMeaning(call, code, state.book);
  if (!meaning) {
    warnings.push(danger("UNKNOWN_SELECTOR", `Nobody here knows the function ${slice(call.data, 0, 4)}`));
    return { ...bare, kind: "unknown" };
  }
  if (meaning.source === "standard") {
    warnings.push(
      notice(
        "STANDARD_ONLY",
        `${signatureOf(meaning.item)} is read as ${meaning.standard}: the target's own ABI is not known`,
      ),
    );
  }
  const read = readArguments(meaning.item, call.data);
  if ("problem" in read) {
    warnings.push(
      danger("UNDECODABLE", `The bytes are no arguments of ${signatureOf(meaning.item)}: ${read.problem}`),
    );
    return { ...bare, ...meaningOf(meaning), kind: "undecodable" };
  }
  if (read.difference) warnings.push(danger("NOT_CANONICAL", read.difference));
  return {
    call,
    kind: "function",
    function: { item: meaning.item, args: read.args },
    ...meaningOf(meaning),
    inner: decodeInner(meaning.item, read.args, call, depth, state, warnings),
    warnings,
  };
}

function decodeInner(
  item: AbiFunction,
  args: readonly unknown[],
  call: CallBytes,
  depth: number,
  state: State,
  warnings: Warning[],
): InnerCall[] {
  const load = carriedBy(signatureOf(item), args, call);
  if (!load) return [];
  warnings.push(...(load.warnings ?? []));
  if (load.calls.length > 0 && depth + 1 > state.limits.depth) {
    warnings.push(danger("TOO_DEEP", `Calls deeper than ${state.limits.depth} are not shown`));
    return [];
  }
  const inner: InnerCall[] = [];
  for (const { role, bytes, code } of load.calls) {
    if (state.calls >= state.limits.calls) {
      warnings.push(danger("TOO_LARGE", `More than ${state.limits.calls} calls: the rest is not shown`));
      break;
    }
    inner.push({ role, decoded: decode(bytes, code, depth + 1, state) });
  }
  return inner;
}

interface Meaning {
  item: AbiFunction;
  source: "abi" | "standard";
  standard?: string;
}

/** The ABI of the code that will run goes first; a standard only where no ABI says anything. */
function findMeaning(call: CallBytes, code: Address | undefined, book: AddressBook): Meaning | undefined {
  const selector = slice(call.data, 0, 4).toLowerCase() as Hex;
  for (const address of code === undefined ? [call.to] : [code, call.to]) {
    const item = findInAbi(
      book.entries.filter((e) => isAddressEqual(e.address, address)).flatMap((e) => e.abi ?? []),
      selector,
    );
    if (item) return { item, source: "abi" };
  }
  const standard = findStandard(selector);
  return standard && { ...standard, source: "standard" };
}

function findInAbi(abi: Abi, selector: Hex): AbiFunction | undefined {
  return abi.find(
    (item): item is AbiFunction => item.type === "function" && toFunctionSelector(item) === selector,
  );
}

function meaningOf({ source, standard }: Meaning): Pick<DecodedCall, "source" | "standard"> {
  return { source, ...(standard === undefined ? {} : { standard }) };
}

/** Two calldata may decode to the same arguments; only one is canonical, and others may hide bytes. */
function readArguments(
  item: AbiFunction,
  data: Hex,
): { args: readonly unknown[]; difference?: string } | { problem: string } {
  const given = size(data) === 4 ? "0x" : slice(data, 4);
  try {
    const args =
      item.inputs.length === 0 ? [] : (decodeAbiParameters(item.inputs, given) as readonly unknown[]);
    const again = item.inputs.length === 0 ? "0x" : encodeAbiParameters(item.inputs, args);
    if (again === given.toLowerCase()) return { args };
    const extra = size(given) - size(again);
    const trailing = extra > 0 && given.toLowerCase().startsWith(again);
    return {
      args,
      difference: trailing
        ? `${extra} bytes follow the arguments`
        : `The bytes are not the canonical encoding of these arguments (${size(given)} bytes for ${size(again)})`,
    };
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  }
}

function delegatecallWarning(to: Address, name: string | undefined): Warning {
  return danger(
    "DELEGATECALL",
    `DELEGATECALL: the code of ${name ?? to} runs with the caller's own power and storage`,
  );
}

function danger(code: Warning["code"], message: string): Warning {
  return { severity: "danger", code, message };
}

function notice(code: Warning["code"], message: string): Warning {
  return { severity: "notice", code, message };
}
