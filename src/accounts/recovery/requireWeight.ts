/** Whether enough guardians signed, and who else could. */
import type { Address, Hex } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { PortcullisError } from "../../errors.ts";
import { decodeTerms } from "./terms.ts";

interface Asked {
  terms: Hex;
  /** Weight; more than the threshold where the owner's vetoes are used up. */
  needed: number;
  /** Of those whose signatures are good. */
  signers: readonly Hex[];
  /** Of those whose signatures are not. */
  refused: readonly Hex[];
  book: AddressBook;
  /** Where the signatures are gathered, for the hint. */
  file: string;
}

/** @throws PortcullisError APPROVALS_MISSING */
export function requireWeight({ terms, needed, signers, refused, book, file }: Asked): number {
  const has = (list: readonly Hex[], signer: Hex) =>
    list.some((other) => other.toLowerCase() === signer.toLowerCase());
  const nameOf = (signer: Hex) => findByAddress(book, signer.slice(0, 42) as Address)?.name ?? signer;
  const { guardians } = decodeTerms(terms);
  const weight = guardians
    .filter(({ signer }) => has(signers, signer))
    .reduce((sum, guardian) => sum + guardian.weight, 0);
  if (weight >= needed) return weight;
  const missing = guardians.filter(({ signer }) => !has(signers, signer)).map(({ signer }) => signer);
  const wrong = guardians.filter(({ signer }) => has(refused, signer)).map(({ signer }) => nameOf(signer));
  const names = missing.map(nameOf);
  throw new PortcullisError(
    "APPROVALS_MISSING",
    `${weight} of ${needed} weight; ${list(names)} missing${wrong.length === 0 ? "" : `, and what ${list(wrong).replace(/ (is|are)$/, "")} signed is not good here`}`,
    {
      hint: `npx hardhat recovery approve --file ${file}`,
      details: { weight, needed, missing, wrong },
    },
  );
}

/** "frank, grace or heidi are": any of them will do. */
const list = (names: readonly string[]): string =>
  names.length === 1 ? `${names[0]} is` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are`;
