/** Which compiled contract a piece of code on the chain is; what an upgrade is compared against must be what runs. */
import type { Hex } from "viem";
import { equalCode } from "../deploy/compareCode.ts";
import type { CodeArtifact } from "../deploy/types.ts";
import { PortcullisError } from "../errors.ts";

export interface ArtifactSource {
  /** Fully qualified names. */
  names(): Promise<readonly string[]>;
  read(name: string): Promise<CodeArtifact>;
}

/**
 * `likely` is tried first. Artifacts of equal code have equal layouts, as far as code can tell.
 *
 * @throws PortcullisError SOURCES_CHANGED
 */
export async function identifyArtifact(
  code: Hex,
  contract: string,
  artifacts: ArtifactSource,
  likely?: string,
): Promise<string> {
  if (likely && equalCode(code, await artifacts.read(likely))) return likely;
  for (const name of await artifacts.names()) {
    if (equalCode(code, await artifacts.read(name))) return name;
  }
  throw new PortcullisError(
    "SOURCES_CHANGED",
    `No compiled contract is the code that ${contract} runs${likely ? `: ${likely} changed since it was deployed` : ""}`,
    {
      hint: "put the deployed version back beside the new one (as VaultV1, say), or check out the commit it was deployed from; the manifest names it",
      details: { contract, ...(likely ? { artifact: likely } : {}) },
    },
  );
}
