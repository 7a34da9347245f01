/**
 * Addresses of what is not deployed yet. A policy is compiled before anything exists, so each contract-to-be gets an
 * address of its own that nobody can hold a key of; in constructor arguments Ignition puts the real one in its place.
 */
import { type Address, getAddress, keccak256, slice, toHex } from "viem";

export function placeholderOf(name: string): Address {
  return getAddress(slice(keccak256(toHex(`portcullis.placeholder.${name}`)), 12));
}

/** Replaces every address for which `find` has an answer, at any depth. */
export function replaceAddresses<T>(value: unknown, find: (address: string) => T | undefined): unknown {
  if (typeof value === "string") return (value.length === 42 && find(value.toLowerCase())) || value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaceAddresses(item, find));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replaceAddresses(item, find)]),
    );
  return value;
}
