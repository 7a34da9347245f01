/** `vault.withdraw`, as people ask for a function. */
import {
  type AbiFunction,
  type Address,
  getAddress,
  type Hex,
  isAddress,
  isHex,
  toFunctionSelector,
} from "viem";
import { formatAbiItem } from "viem/utils";
import type { AddressBook } from "../chain/addressBook.ts";
import { findByAddress, findByName } from "../chain/findEntry.ts";
import { PortcullisError } from "../errors.ts";
import { nearestName } from "../policy/text/nearest.ts";
import type { Means } from "./whoCan.ts";

export interface FoundFunction {
  target: Address;
  selector: Hex | Means;
  /** `vault.withdraw` */
  label: string;
  /** Absent for bare selectors and for `code`. */
  item?: AbiFunction;
}

/**
 * @param text `<name or address>.<function, signature, selector, "code", "halt" or "resume">`
 * @throws PortcullisError FUNCTION_SYNTAX, UNKNOWN_CONTRACT, UNKNOWN_FUNCTION, FUNCTION_AMBIGUOUS
 */
export function findFunction(text: string, book: AddressBook): FoundFunction {
  const dot = text.indexOf(".");
  if (dot < 1 || dot === text.length - 1) {
    throw new PortcullisError("FUNCTION_SYNTAX", `${JSON.stringify(text)} is no function of a contract.`, {
      hint: "npx hardhat roles who vault.withdraw",
      details: { text },
    });
  }
  const contract = findContract(text.slice(0, dot), book);
  const written = text.slice(dot + 1);
  const label = `${contract.name}.${written}`;
  const own = functionsOf(contract.abi).some((f) => f.name === written);
  if ((written === "halt" || written === "resume") && !own)
    return { target: contract.address, selector: written, label };
  if (written === "code") return { target: contract.address, selector: "code", label };
  if (isHex(written) && written.length === 10) {
    const selector = written.toLowerCase() as Hex;
    const item = functionsOf(contract.abi).find((f) => toFunctionSelector(f) === selector);
    return {
      target: contract.address,
      selector,
      label: item ? `${contract.name}.${item.name}` : label,
      ...(item ? { item } : {}),
    };
  }
  const item = pick(written, contract.name, functionsOf(contract.abi));
  return {
    target: contract.address,
    selector: toFunctionSelector(item),
    label: `${contract.name}.${item.name}`,
    item,
  };
}

/** @throws PortcullisError UNKNOWN_CONTRACT */
export function findContract(
  written: string,
  book: AddressBook,
): { name: string; address: Address; abi?: AddressBook["entries"][number]["abi"] } {
  if (isAddress(written, { strict: false })) {
    const address = getAddress(written.toLowerCase());
    return findByAddress(book, address) ?? { name: address, address };
  }
  const entry = findByName(book, written);
  if (entry) return entry;
  const names = book.entries.map((e) => e.name);
  const near = nearestName(written, names);
  throw new PortcullisError("UNKNOWN_CONTRACT", `There is no contract ${JSON.stringify(written)} here.`, {
    hint: near ? `did you mean ${near}?` : `write an address, or one of: ${names.join(", ")}`,
    details: { name: written, written, nearest: near },
  });
}

function pick(written: string, contract: string, functions: readonly AbiFunction[]): AbiFunction {
  const compact = written.replaceAll(" ", "");
  const named = functions.filter((f) => f.name === compact || formatAbiItem(f) === compact);
  const [first, second] = named;
  if (first && !second) return first;
  if (second) {
    throw new PortcullisError("FUNCTION_AMBIGUOUS", `${contract} has ${named.length} functions ${written}.`, {
      hint: `write one of: ${named.map((f) => `'${contract}.${formatAbiItem(f)}'`).join(", ")}`,
      details: { contract, function: written },
    });
  }
  const names = [...new Set(functions.map((f) => f.name))];
  const near = nearestName(compact.replace(/\(.*$/, ""), names);
  const known =
    names.length > 0 ? `it has: ${names.join(", ")}` : "its ABI is not known: write the 4-byte selector";
  throw new PortcullisError("UNKNOWN_FUNCTION", `${contract} has no function ${JSON.stringify(written)}.`, {
    hint: near ? `did you mean ${contract}.${near}?` : known,
    details: { contract, function: written, written: compact.replace(/\(.*$/, ""), nearest: near },
  });
}

/** Only what changes something: nobody needs a right to read. */
function functionsOf(abi: AddressBook["entries"][number]["abi"]): AbiFunction[] {
  return (abi ?? []).filter(
    (item): item is AbiFunction =>
      item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure",
  );
}
