/** Names for new code that calls speak of: an address is shown by the artifact whose code it has, and read with its ABI. */
import { type Abi, type Address, getAddress } from "viem";
import type { NamedContract } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { equalCode } from "../../deploy/compareCode.ts";
import type { CodeArtifact } from "../../deploy/types.ts";
import { decodeCall } from "../../operations/decode/decodeCall.ts";
import type { Call } from "../../operations/types.ts";
import type { Operations } from "./open.ts";

/** Functions whose arguments name code that is to run. */
const INSTALLS = new Set(["upgradeTo", "upgradeToAndCall", "upgradeAndCall", "upgrade", "requireCodehash"]);

/** Operations with a book in which new code of `calls` has a name, as far as an artifact is equal to it. */
export async function withCodeNames(operations: Operations, calls: readonly Call[]): Promise<Operations> {
  const named = await nameCode(operations, calls);
  const { book } = operations;
  return named.length === 0
    ? operations
    : { ...operations, book: { ...book, entries: [...book.entries, ...named] } };
}

/** Code that `calls` install and that the book has no name for, where an artifact is equal to it. */
export async function nameCode(operations: Operations, calls: readonly Call[]): Promise<NamedContract[]> {
  const { book, client } = operations;
  const unnamed = installed(calls, operations).filter(
    (address) => findByAddress(book, address) === undefined,
  );
  const found = await Promise.all(
    unnamed.map(async (address) => {
      const code = await client.getCode({ address });
      const artifact = code && (await findArtifact(operations, (other) => equalCode(code, other)));
      return artifact ? [{ ...artifact, address, artifact: artifact.name }] : [];
    }),
  );
  return found.flat();
}

function installed(calls: readonly Call[], { book }: Operations): Address[] {
  const found = new Set<Address>();
  const visit = ({ function: called, inner }: ReturnType<typeof decodeCall>): void => {
    if (called && INSTALLS.has(called.item.name)) {
      for (const argument of called.args)
        if (typeof argument === "string" && /^0x[0-9a-fA-F]{40}$/.test(argument))
          found.add(getAddress(argument));
    }
    for (const { decoded } of inner) visit(decoded);
  };
  for (const call of calls) visit(decodeCall(call, book));
  return [...found];
}

async function findArtifact(
  { project: { hre } }: Operations,
  fits: (artifact: CodeArtifact) => boolean,
): Promise<{ name: string; abi: Abi } | undefined> {
  for (const name of [...(await hre.artifacts.getAllFullyQualifiedNames())].sort()) {
    const artifact = await hre.artifacts.readArtifact(name);
    if (fits(artifact as unknown as CodeArtifact))
      return { name: artifact.contractName, abi: artifact.abi as Abi };
  }
  return undefined;
}
