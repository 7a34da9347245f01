/**
 * The whole deployment: each stage reads what is there, sends what is missing and reads again, so a run that was killed
 * anywhere is finished by running it again. Until the last stage is proved the deployer is in power, and it is said so.
 */
import type { Desired } from "../policy/desired.ts";
import type { Signer } from "../signers/types.ts";
import { beginDeployment } from "./beginDeployment.ts";
import { bindKeys } from "./bindKeys.ts";
import { checkGenesis, checkManifest } from "./checkManifest.ts";
import { compareAccounts } from "./compareAccounts.ts";
import { compareCode } from "./compareCode.ts";
import { deployAccounts } from "./deployAccounts.ts";
import { deployContracts } from "./deployContracts.ts";
import { deploySafes, planSafes } from "./deploySafes.ts";
import { describePower } from "./describe.ts";
import { draftManifest, listTransactions } from "./draftManifest.ts";
import type { Right } from "./findRights.ts";
import { handOver } from "./handOver.ts";
import { type Manifest, manifestAddresses, readManifest, writeManifest } from "./manifest.ts";
import { openDeployer } from "./openDeployer.ts";
import { planAccounts } from "./planAccounts.ts";
import { preflight } from "./preflight.ts";
import { type Progress, readProgress } from "./progress.ts";
import { expectedCode, recordRoles } from "./record.ts";
import { requireSame } from "./requireSame.ts";
import { sendSteps } from "./sendSteps.ts";
import { settle } from "./settle.ts";
import { transferPower } from "./transferPower.ts";
import type { DeployContext } from "./types.ts";
import { unfinished, warnOfPower } from "./warnOfPower.ts";
import { wireManagers } from "./wire.ts";

export interface DeployResult {
  manifest: Manifest;
  /** False where nothing was left to do. */
  changed: boolean;
  /** Rights of the deployer that the policy gives it by name. */
  kept: readonly Right[];
  /** Who can do what, from the chain. */
  power: readonly string[];
}

export async function deployPolicy(
  context: DeployContext,
  confirm: (desired: Desired) => Promise<void>,
): Promise<DeployResult> {
  const { client, files } = context;
  const before = await readManifest(files);
  const progress = await readProgress(files);
  const begun = before ?? progress;
  if (begun !== undefined) await checkGenesis(client, begun);
  if (before !== undefined) await checkManifest(client, before);

  const desired = await context.compile(manifestAddresses(before));
  const deployer = await openDeployer(context, desired);
  const finished = before?.handover != null;
  requireSame(before, finished ? undefined : progress, desired, deployer);
  if (finished && before !== undefined && desired.unresolved.length === 0)
    return reviewFinished(context, desired, before);

  await preflight(context, desired, deployer, new Set(before?.contracts.map((c) => c.name)));
  if (begun === undefined) await confirm(desired);
  else if (!finished) context.report(unfinished(context.network, deployer.address));
  const start = progress ?? (await beginDeployment(context, desired, deployer.address));
  try {
    return await runStages(context, deployer, start, before);
  } catch (error) {
    throw await warnOfPower(context, deployer.address, error);
  }
}

async function runStages(
  context: DeployContext,
  deployer: Signer,
  progress: Progress,
  before: Manifest | undefined,
): Promise<DeployResult> {
  const { client, sender, files } = context;
  const send = sendSteps(context, deployer.address);
  // What earlier runs signed goes out and settles first: every stage then reads the truth.
  for (const record of await sender.resume(deployer.address)) await sender.wait(record.id);

  const safes = await planSafes(context, manifestAddresses(before));
  await deploySafes(context, safes.plans, send);

  const accounts = await planAccounts(context, safes.addresses);
  await deployAccounts(context, accounts.steps, send);

  const addresses = await deployContracts(context, deployer.address, progress, accounts.addresses);
  const desired = await context.compile(addresses);
  if (desired.unresolved.length > 0)
    throw new Error(`still without address: ${desired.unresolved.join(", ")}`);
  const fresh = (name: string) => !before?.contracts.some((contract) => contract.name === name);
  const codes = await expectedCode(context, desired, { sent: { deployer: deployer.address, fresh } });
  await compareCode(client, codes);
  await compareAccounts(client, desired);
  context.report(`code: ${codes.length} contracts are what the sources compile to`);
  const draft = await draftManifest(context, desired, deployer.address, progress, before);
  await writeManifest(files, draft);

  await wireManagers(client, desired, send);
  await bindKeys(context, desired, send);
  const { fromBlock } = progress;
  await transferPower({ client, desired, deployer: deployer.address, fromBlock, send });
  await handOver(client, desired, deployer.address, send);

  const { rights, snapshot } = await settle(context, desired, deployer.address, fromBlock);
  const manifest: Manifest = {
    ...draft,
    transactions: await listTransactions(context),
    roles: recordRoles(desired, snapshot),
    handover: { block: snapshot.block.number, blockHash: snapshot.block.hash },
  };
  await writeManifest(files, manifest);
  context.report(
    rights.length === 0
      ? `proved at block ${snapshot.block.number}: the deployer ${deployer.address} has no right left anywhere`
      : `the deployer keeps what the policy gives it by name: ${rights.map((r) => r.right).join(", ")}`,
  );
  return { manifest, changed: true, kept: rights, power: describePower(desired, snapshot) };
}

/** A deployment that was proved finished: it is looked at again, and nothing is sent. */
async function reviewFinished(
  context: DeployContext,
  desired: Desired,
  manifest: Manifest,
): Promise<DeployResult> {
  await compareCode(context.client, await expectedCode(context, desired, { manifest }));
  await compareAccounts(context.client, desired);
  // Looking sends nothing: what is found to be open is said.
  const { carry: _, ...looking } = context;
  const { rights, snapshot } = await settle(looking, desired, manifest.deployer, manifest.fromBlock);
  return { manifest, changed: false, kept: rights, power: describePower(desired, snapshot) };
}
