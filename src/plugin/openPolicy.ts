/** The policy file and the ABIs it speaks of: what can be judged without any chain. */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Abi } from "viem";
import { listArtifacts, loadPolicy, type PolicyInput } from "../policy/index.ts";
import { DEFAULT_POLICY } from "./project.ts";

export interface OpenPolicy {
  /** Relative to the project. */
  path: string;
  input: PolicyInput;
  /** By contract name; a name that no source has is absent. */
  artifacts: Record<string, { abi: Abi }>;
}

/**
 * Compiles the contracts where an artifact is missing.
 *
 * @param path empty: the example
 * @param networks of the policy; default: all of them
 * Throws what `loadPolicy` and `listArtifacts` throw.
 */
export async function openPolicy(
  hre: HardhatRuntimeEnvironment,
  path: string,
  networks?: readonly string[],
): Promise<OpenPolicy> {
  const file = path || DEFAULT_POLICY;
  const input = await loadPolicy(file, hre.config.paths.root);
  const chosen = networks ?? Object.keys(input.networks ?? {});
  const needed = [...new Set(chosen.flatMap((network) => listArtifacts(input, network)))];
  const exists = await Promise.all(needed.map((name) => hre.artifacts.artifactExists(name)));
  if (exists.includes(false)) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const artifacts: OpenPolicy["artifacts"] = {};
  for (const name of needed) {
    if (!(await hre.artifacts.artifactExists(name))) continue;
    artifacts[name] = { abi: (await hre.artifacts.readArtifact(name)).abi as Abi };
  }
  return { path: file, input, artifacts };
}
