/**
 * On-chain code against the artifacts. Ignition looks at its journal only: with changed sources a rerun reports success
 * and the old addresses. Immutables are masked on both sides, since they hold what the constructor computed.
 */
import { type Address, type Hex, hexToBytes, isHex, type PublicClient } from "viem";
import { PortcullisError } from "../errors.ts";
import type { CodeArtifact } from "./types.ts";

export interface ExpectedCode {
  /** Name in the policy, and what of it. */
  name: string;
  address: Address;
  artifactName: string;
  artifact: CodeArtifact;
}

/** Throws `CODE_MISSING`, `CODE_CHANGED`. */
export async function compareCode(client: PublicClient, expected: readonly ExpectedCode[]): Promise<void> {
  for (const { name, address, artifactName, artifact } of expected) {
    const code = await client.getCode({ address });
    if (code === undefined) {
      throw new PortcullisError("CODE_MISSING", `There is no code of "${name}" at ${address}`, {
        hint: "check that the node is in sync and on the chain that was deployed to",
        details: { name, address },
      });
    }
    if (equalCode(code, artifact)) continue;
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
