/** The call tree: which frames are the operation's own, with names, and the code that ran. */
import { type Address, getAddress, type Hash, isAddressEqual, size, sliceHex } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import type { RawFrame } from "../simulate/types.ts";
import { abiOf, callText, revertText } from "./names.ts";
import type { EffectFrame } from "./types.ts";

/**
 * The calls that `origin` itself makes, without what wraps them; all frames where there is no origin. Delegatecalls
 * of `origin` into its own implementation are part of the wrapping.
 */
export function operationFrames(
  frames: readonly RawFrame[],
  origin: Address | undefined,
  implementation: Address | undefined,
): readonly RawFrame[] {
  if (!origin) return frames;
  return frames.flatMap((frame) => {
    const own =
      isAddressEqual(frame.from, origin) &&
      !(
        frame.type === "DELEGATECALL" &&
        frame.to &&
        implementation &&
        isAddressEqual(frame.to, implementation)
      );
    return own ? [frame] : operationFrames(frame.calls, origin, implementation);
  });
}

export function flattenFrames(frames: readonly RawFrame[]): RawFrame[] {
  return frames.flatMap((frame) => [frame, ...flattenFrames(frame.calls)]);
}

/** Frames whose effects stayed: neither they nor a caller of theirs was rolled back. */
export function keptFrames(frames: readonly RawFrame[]): RawFrame[] {
  return frames.flatMap((frame) => (frame.error ? [] : [frame, ...keptFrames(frame.calls)]));
}

/** Every address that a frame ran code of, ran for, or created; checksummed, sorted. */
export function frameAddresses(frames: readonly RawFrame[]): Address[] {
  const found = flattenFrames(frames).flatMap(({ from, to }) => (to ? [from, to] : [from]));
  return [...new Set(found.map((address) => getAddress(address)))].sort();
}

export function describeFrame(
  frame: RawFrame,
  codehashes: ReadonlyMap<Address, Hash | null>,
  book: AddressBook,
): EffectFrame {
  const { type, from, to, value, input, output, error } = frame;
  const created = type === "CREATE" || type === "CREATE2";
  // Code that is delegated to speaks the ABI of whoever delegates, where the book knows no other.
  const abi = to ? (abiOf(to, book) ?? (type === "DELEGATECALL" ? abiOf(from, book) : undefined)) : undefined;
  const call = created ? undefined : callText(input, abi, book);
  return {
    type,
    from,
    ...(to ? { to } : {}),
    codehash: to ? (codehashes.get(to) ?? null) : null,
    value,
    input,
    ...(!created && size(input) >= 4 ? { selector: sliceHex(input, 0, 4) } : {}),
    ...(call ? { call } : {}),
    ...(error ? { reverted: output === "0x" ? error : revertText(output, book) } : {}),
    calls: frame.calls.map((item) => describeFrame(item, codehashes, book)),
  };
}
