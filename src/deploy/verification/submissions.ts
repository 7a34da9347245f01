/** What explorers are shown: sources with their constructors' arguments, and what each proxy and Safe stands for. */
import { getAddress, type Hex, type PublicClient } from "viem";
import type { Manifest, ManifestContract } from "../manifest.ts";
import type { DeployContext } from "../types.ts";
import type { Submission } from "./types.ts";

export type NamedSubmission = Submission & { name: string };

type Context = Pick<DeployContext, "artifacts" | "sender" | "chainId"> & {
  client: Pick<PublicClient, "getStorageAt">;
};

/** Implementations before the proxies that stand for them. Sources whose build is not at hand are left out. */
export async function listSubmissions(context: Context, manifest: Manifest): Promise<NamedSubmission[]> {
  const creations = (await context.sender.list()).filter((record) => record.to === null);
  const submissions: NamedSubmission[] = [];
  const proxies: NamedSubmission[] = [];
  const { chainId } = context;
  for (const contract of manifest.contracts) {
    const { name, address, artifact: artifactName, proxy } = contract;
    const implementation = proxy?.implementation ?? (await readSingleton(context, contract));
    if (implementation !== undefined) proxies.push({ kind: "proxy", name, chainId, address, implementation });
    if (artifactName === null) continue;
    const artifact = await context.artifacts.loadArtifact(artifactName);
    const build = await context.artifacts.getBuildInfo(artifactName);
    if (build === undefined) continue;
    const bytecode = artifact.bytecode as Hex;
    const future = proxy === undefined ? `#${name}` : `#${name}_implementation`;
    const creation = creations.find((r) => r.label.endsWith(future) && r.data.startsWith(bytecode));
    if (creation === undefined) continue;
    submissions.push({
      kind: "source",
      name: proxy === undefined ? name : `${name}, its implementation`,
      chainId,
      address: proxy?.implementation ?? address,
      identifier: `${artifact.inputSourceName ?? artifact.sourceName}:${artifact.contractName}`,
      compiler: build.solcLongVersion,
      input: build.input,
      constructorArgs: `0x${creation.data.slice(bytecode.length)}`,
    });
  }
  return [...submissions, ...proxies];
}

/** A Safe keeps its singleton in its first slot. */
async function readSingleton({ client }: Context, { artifact, address }: ManifestContract) {
  if (artifact !== null) return undefined;
  const word = await client.getStorageAt({ address, slot: "0x0" });
  return word === undefined ? undefined : getAddress(`0x${word.slice(-40)}`);
}
