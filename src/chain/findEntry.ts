/** Looking things up in an address book, in both directions. */
import { type Address, isAddressEqual } from "viem";
import type { AddressBook, NamedContract } from "./addressBook.ts";

export function findByName(book: AddressBook, name: string): NamedContract | undefined {
  return book.entries.find((entry) => entry.name === name);
}

/** The first entry of an address; one that has an ABI goes before those that have none. */
export function findByAddress(book: AddressBook, address: Address): NamedContract | undefined {
  const found = book.entries.filter((entry) => isAddressEqual(entry.address, address));
  return found.find((entry) => entry.abi !== undefined) ?? found[0];
}
