/** What explorers are shown: the contracts of the deployment whose build is at hand, with their constructors' arguments. */
import type { Hex } from "viem";
import type { Manifest } from "../manifest.ts";
import type { DeployContext } from "../types.ts";
import type { Submission } from "./types.ts";

/** Safes and OpenZeppelin's proxies are known to explorers by their code. */
export async function listSubmissions(
  context: Pick<DeployContext, "artifacts" | "sender" | "chainId">,
  manifest: Manifest,
): Promise<(Submission & { name: string })[]> {
  const creations = (await context.sender.list()).filter((record) => record.to === null);
  const submissions: (Submission & { name: string })[] = [];
  for (const { name, artifact: artifactName, address, proxy } of manifest.contracts) {
    if (artifactName === null) continue;
    const artifact = await context.artifacts.loadArtifact(artifactName);
    const build = await context.artifacts.getBuildInfo(artifactName);
    if (build === undefined) continue;
    const bytecode = artifact.bytecode as Hex;
    const future = proxy === undefined ? `#${name}` : `#${name}_implementation`;
    const creation = creations.find((r) => r.label.endsWith(future) && r.data.startsWith(bytecode));
    if (creation === undefined) continue;
    submissions.push({
      name: proxy === undefined ? name : `${name}, its implementation`,
      chainId: context.chainId,
      address: proxy?.implementation ?? address,
      identifier: `${artifact.inputSourceName ?? artifact.sourceName}:${artifact.contractName}`,
      compiler: build.solcLongVersion,
      input: build.input,
      constructorArgs: `0x${creation.data.slice(bytecode.length)}`,
    });
  }
  return submissions;
}
