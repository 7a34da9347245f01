import { type Address, getAddress } from "viem";

/** Checksummed, by value, each once. */
export function sortAddresses(addresses: readonly Address[]): Address[] {
  const byValue = new Map(addresses.map((address) => [address.toLowerCase(), address]));
  return [...byValue.keys()].sort().map((address) => getAddress(address));
}
