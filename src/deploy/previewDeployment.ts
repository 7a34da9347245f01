/** What a deployment would do. */
import { checkManifest } from "./checkManifest.ts";
import { manifestAddresses, readManifest } from "./manifest.ts";
import { openDeployer } from "./openDeployer.ts";
import { preflight } from "./preflight.ts";
import type { DeployContext } from "./types.ts";

/** With everything checked that can be checked before. Sends nothing. */
export async function previewDeployment(context: DeployContext): Promise<readonly string[]> {
  const before = await readManifest(context.files);
  if (before !== undefined) await checkManifest(context.client, before);
  const desired = await context.compile(manifestAddresses(before));
  const deployer = await openDeployer(context, desired);
  await preflight(context, desired, deployer, new Set(before?.contracts.map((c) => c.name)));
  const missing = desired.contracts.filter((c) => desired.unresolved.includes(c.name));
  const wirings = missing.flatMap((c) => c.manager?.targets ?? []).flatMap((target) => target.functions);
  return [
    `by ${deployer.address}, to ${context.network} (chain ${context.chainId}, ${desired.tier})`,
    ...missing.map(({ name, deployment }) => `deploy ${name} (${deployment?.artifact ?? ""})`),
    ...(wirings.length === 0 ? [] : [`give ${wirings.length} functions their roles`]),
    ...(missing.length === 0
      ? ["nothing to deploy"]
      : ["hand over, and prove that the deployer has no right left"]),
  ];
}
