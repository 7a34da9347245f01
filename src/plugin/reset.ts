/** Starts a deployment anew: what was recorded of the old one is moved aside, never removed. */
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

export async function resetDeployment(hre: HardhatRuntimeEnvironment): Promise<void> {
  const connection = await hre.network.getOrCreate();
  if (connection.networkConfig.type === "edr-simulated") return;
  const folder = join(hre.config.paths.root, "deployments", connection.networkName);
  if (!existsSync(folder)) return;
  let number = 1;
  while (existsSync(`${folder}.old-${number}`)) number += 1;
  await rename(folder, `${folder}.old-${number}`);
}
