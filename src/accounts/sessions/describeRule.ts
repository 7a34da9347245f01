/** One rule of a session in words, with the argument's own name where the ABI is known. */
import { type AbiParameter, decodeAbiParameters, type Hex, hexToBigInt } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { writeValue } from "../../operations/encode/writeCall.ts";
import { nameArgument } from "./nameArgument.ts";
import type { SessionRule } from "./session.ts";

const WORDS: Record<SessionRule["operator"], string> = {
  equal: "is",
  notEqual: "is not",
  less: "is below",
  atMost: "is at most",
  more: "is above",
  atLeast: "is at least",
  range: "is from",
  oneOf: "is one of",
};

export function describeRule(
  { operator, path, values, hashed = false }: SessionRule,
  inputs: readonly AbiParameter[] | undefined,
  book: AddressBook,
): string {
  const argument = inputs && nameArgument(inputs, path, hashed);
  const name = argument?.name ?? `word ${path.join(".")} of the arguments`;
  const words = values.map((value) => writeWord(value, hashed ? undefined : argument?.parameter, book));
  const what = hashed ? `the keccak-256 of ${name}` : name;
  return `${what} ${WORDS[operator]} ${words.join(operator === "range" ? " to " : ", ")}`;
}

function writeWord(word: Hex, parameter: AbiParameter | undefined, book: AddressBook): string {
  if (parameter === undefined) return word;
  try {
    const [value] = decodeAbiParameters([parameter], word);
    return writeValue(parameter, value, book);
  } catch {
    // A word that is no value of its type can be compared all the same.
    return hexToBigInt(word).toString();
  }
}
