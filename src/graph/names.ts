/** What people call the addresses, roles and functions of a snapshot. */
import { type Address, type Hex, toFunctionSelector } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import { findByAddress } from "../chain/findEntry.ts";
import type { Snapshot } from "../snapshot/types.ts";

export interface Names {
  address(address: Address): string;
  /** A role of a manager. */
  role(manager: Address, id: bigint): string;
  accessRole(contract: Address, role: Hex): string;
  /** `withdraw`, or the selector. */
  function(target: Address, selector: Hex): string;
}

export function nameFrom(snapshot: Pick<Snapshot, "contracts">, book: AddressBook): Names {
  const contracts = new Map(snapshot.contracts.map((contract) => [contract.address, contract]));
  return {
    address: (address) => findByAddress(book, address)?.name ?? address,
    role(manager, id) {
      if (id === 0n) return "ADMIN";
      if (id === 2n ** 64n - 1n) return "PUBLIC";
      const label = contracts.get(manager)?.manager?.roles.find((role) => role.id === id)?.label;
      return label ?? `role ${id}`;
    },
    accessRole: (contract, role) =>
      contracts.get(contract)?.accessControl?.roles.find((r) => r.role === role)?.label ?? role,
    function(target, selector) {
      const item = findByAddress(book, target)?.abi?.find(
        (entry) => entry.type === "function" && toFunctionSelector(entry) === selector,
      );
      return item?.type === "function" ? item.name : selector;
    },
  };
}
