/** Writes down what a deployment is begun with, before anything is sent. */
import type { Address } from "viem";
import type { Desired } from "../policy/desired.ts";
import { readGenesis } from "./checkManifest.ts";
import { type Progress, writeProgress } from "./progress.ts";
import type { DeployContext } from "./types.ts";

/** Seconds after which the deployer's temporary roles end by themselves. */
const TEMPORARY = 30n * 86_400n;

export async function beginDeployment(
  context: DeployContext,
  desired: Desired,
  deployer: Address,
): Promise<Progress> {
  const block = await context.client.getBlock();
  const progress: Progress = {
    schema: 1,
    network: context.network,
    chainId: context.chainId,
    genesis: await readGenesis(context.client),
    policy: context.policy,
    policyHash: desired.policyHash,
    deployer,
    fromBlock: block.number,
    temporaryUntil: block.timestamp + TEMPORARY,
  };
  await writeProgress(context.files, progress);
  return progress;
}
