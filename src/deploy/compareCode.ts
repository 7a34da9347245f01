/**
 * On-chain code against the artifacts. Ignition looks at its journal only: with changed sources a rerun reports success
 * and the old addresses. Immutables are masked on both sides, since they hold what the constructor computed; where the
 * arguments are known, their values are compared with what the constructor computes from them.
 */
import { type Address, type Hex, hexToBytes, isHex, type PublicClient } from "viem";
import { PortcullisError } from "../errors.ts";
import { findImmutableDifference, type ImmutableDifference } from "./immutables.ts";
import type { CodeArtifact } from "./types.ts";

export interface ExpectedCode {
  /** Name in the policy, and what of it. */
  name: string;
  address: Address;
  artifactName: string;
  artifact: CodeArtifact;
  /** Where its arguments are known: the creation code with them, and who sent it. */
  created?: { creation: Hex; deployer: Address };
}

/** Throws `CODE_MISSING`, `CODE_CHANGED`, `IMMUTABLES_DIFFER`. */
export async function compareCode(client: PublicClient, expected: readonly ExpectedCode[]): Promise<void> {
  for (const { name, address, artifactName, artifact, created } of expected) {
    const code = await client.getCode({ address });
    if (code === undefined) {
      throw new PortcullisError("CODE_MISSING", `There is no code of "${name}" at ${address}`, {
        hint: "check that the node is in sync and on the chain that was deployed to",
        details: { name, address },
      });
    }
    if (equalCode(code, artifact)) {
      if (created === undefined) continue;
      const difference = await findImmutableDifference(client, { address, code, artifact, ...created });
      if (difference === undefined) continue;
      throw immutablesDiffer(name, address, artifactName, difference);
    }
    throw new PortcullisError(
      "CODE_CHANGED",
      `The code of "${name}" at ${address} is not what ${artifactName} compiles to now: the sources changed since it was deployed`,
      {
        hint: "check out the sources it was deployed from (the manifest names the commit), or change it by `npx hardhat upgrade propose`",
        details: { name, address, artifact: artifactName },
      },
    );
  }
}

function immutablesDiffer(
  name: string,
  address: Address,
  artifact: string,
  { start, expected, found }: ImmutableDifference,
): PortcullisError {
  return new PortcullisError(
    "IMMUTABLES_DIFFER",
    `"${name}" at ${address} was created with other constructor arguments than the policy's: byte ${start} of its code has ${found}, ${artifact} would have ${expected}`,
    {
      hint: "finish with the policy it was deployed with (git log -- the policy file), or deploy anew with --reset",
      details: { name, address, artifact, start, expected, found },
    },
  );
}

export function equalCode(onChain: Hex, artifact: CodeArtifact): boolean {
  // Unlinked libraries leave placeholders that are no hex.
  if (!isHex(artifact.deployedBytecode)) return false;
  const expected = hexToBytes(artifact.deployedBytecode);
  const found = hexToBytes(onChain);
  if (expected.length !== found.length) return false;
  for (const { start, length } of immutableRanges(artifact, expected)) found.fill(0, start, start + length);
  return expected.every((byte, i) => byte === found[i]);
}

/** Where the build did not say where immutables are: they are words of zeros in the artifact. */
function immutableRanges(artifact: CodeArtifact, code: Uint8Array): { start: number; length: number }[] {
  if (artifact.immutableReferences !== undefined) return Object.values(artifact.immutableReferences).flat();
  const ranges: { start: number; length: number }[] = [];
  for (let start = 0; start < code.length; ) {
    let end = start;
    while (end < code.length && code[end] === 0) end += 1;
    if (end - start >= 32) ranges.push({ start, length: end - start });
    start = end + 1;
  }
  return ranges;
}
