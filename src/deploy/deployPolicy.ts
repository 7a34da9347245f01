/**
 * The whole deployment: each stage reads what is there, sends what is missing and reads again, so a run that was killed
 * anywhere is finished by running it again. Until the last stage is proved the deployer is in power, and it is said so.
 */
import type { Address } from "viem";
import { buildPortcullisModule } from "../../deploy/portcullis.ts";
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";
import type { Signer } from "../signers/types.ts";
import { intentId } from "../transactions/sender.ts";
import { bindKeys, needsRegistrar, REGISTRAR_ROLE } from "./bindKeys.ts";
import { checkGenesis, checkManifest, readGenesis } from "./checkManifest.ts";
import { compareCode } from "./compareCode.ts";
import { deploySafes, planSafes } from "./deploySafes.ts";
import { describePower, describeRight } from "./describe.ts";
import type { Right } from "./findRights.ts";
import { handOver } from "./handOver.ts";
import { runIgnition } from "./ignition/run.ts";
import { type Manifest, manifestAddresses, readManifest, writeManifest } from "./manifest.ts";
import { preflight } from "./preflight.ts";
import { type Progress, readProgress, writeProgress } from "./progress.ts";
import { expectedCode, recordContracts, recordRoles } from "./record.ts";
import type { DeployContext, SendStep } from "./types.ts";
import { verifyHandoff } from "./verifyHandoff.ts";
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

/** Seconds after which the deployer's temporary roles end by themselves. */
const TEMPORARY = 30n * 86_400n;
/** Name of the policy's signer that deploys. */
const DEPLOYER = "deployer";

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
  requireSamePolicy(before, finished ? undefined : progress, desired, deployer);
  if (finished && before !== undefined && desired.unresolved.length === 0)
    return reviewFinished(context, desired, before);

  await preflight(context, desired, deployer, new Set(before?.contracts.map((c) => c.name)));
  if (begun === undefined) await confirm(desired);
  else if (!finished) context.report(unfinished(context.network, deployer.address));
  const start = progress ?? (await begin(context, desired, deployer.address));
  try {
    return await runStages(context, deployer, start, before);
  } catch (error) {
    throw await warnOfPower(context, deployer.address, error);
  }
}

/** What a deployment would do, with everything checked that can be checked before. Sends nothing. */
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

  const addresses = await deployContracts(context, deployer.address, progress, safes.addresses);
  const desired = await context.compile(addresses);
  if (desired.unresolved.length > 0)
    throw new Error(`still without address: ${desired.unresolved.join(", ")}`);
  const codes = await expectedCode(context, desired);
  await compareCode(client, codes);
  context.report(`code: ${codes.length} contracts are what the sources compile to`);
  const draft = await draftManifest(context, desired, deployer.address, progress, before);
  await writeManifest(files, draft);

  await wireManagers(client, desired, send);
  await bindKeys(context, desired, send);
  await handOver(client, desired, deployer.address, send);

  const { rights, snapshot } = await proveNoRights(context, desired, deployer.address, progress.fromBlock);
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
  await compareCode(context.client, await expectedCode(context, desired, manifest));
  const { rights, snapshot } = await proveNoRights(context, desired, manifest.deployer, manifest.fromBlock);
  return { manifest, changed: false, kept: rights, power: describePower(desired, snapshot) };
}

async function deployContracts(
  context: DeployContext,
  deployer: Address,
  progress: Progress,
  known: Readonly<Record<string, Address>>,
): Promise<Record<string, Address>> {
  const desired = await context.compile(known);
  const unresolved = new Set(desired.unresolved);
  const missing = desired.contracts.filter((contract) => unresolved.has(contract.name));
  if (missing.length === 0) return { ...known };
  const module = buildPortcullisModule(missing, {
    deployer,
    until: progress.temporaryUntil,
    roles: (contract) => (needsRegistrar(contract) ? [REGISTRAR_ROLE] : []),
  });
  const deployed = await runIgnition({
    module,
    artifacts: context.artifacts,
    rpc: context.rpc,
    sender: context.sender,
    chainId: context.chainId,
    deployer,
    poll: context.poll,
    report: context.report,
    ...(context.ignition === undefined ? {} : { directory: context.ignition }),
  });
  // Ignition counts one confirmation; the network may ask for more.
  for (const record of await context.sender.list())
    if (record.outcome === undefined) await context.sender.wait(record.id);
  const addresses = { ...known };
  for (const contract of missing) {
    const address = deployed.get(contract.name);
    if (address === undefined) throw new Error(`Ignition did not deploy ${contract.name}`);
    addresses[contract.name] = address;
    context.report(`${contract.name} at ${address}`);
  }
  return addresses;
}

function sendSteps(context: DeployContext, from: Address): SendStep {
  return async ({ stage, label, to, value, data }) => {
    const id = intentId(context.chainId, stage, to, data, String(value ?? 0n));
    await context.sender.send({ id, from, to, value: value ?? 0n, data, label });
    context.report(`${stage}: ${label}`);
  };
}

async function begin(context: DeployContext, desired: Desired, deployer: Address): Promise<Progress> {
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

async function draftManifest(
  context: DeployContext,
  desired: Desired,
  deployer: Address,
  progress: Progress,
  before: Manifest | undefined,
): Promise<Manifest> {
  return {
    schema: 1,
    policyName: desired.policyName,
    policy: context.policy,
    policyHash: desired.policyHash,
    network: context.network,
    chainId: context.chainId,
    genesis: progress.genesis,
    fromBlock: before?.fromBlock ?? progress.fromBlock,
    ...(await context.commit()),
    deployer,
    contracts: await recordContracts(context, desired),
    transactions: await listTransactions(context),
    roles: [],
    handover: null,
  };
}

async function listTransactions(context: DeployContext): Promise<Manifest["transactions"]> {
  const records = await context.sender.list();
  return records.flatMap(({ id, label, nonce, from, outcome }) =>
    outcome === undefined ? [] : [{ id, label, nonce, from, hash: outcome.hash, block: outcome.block }],
  );
}

/** Throws `HANDOVER_UNPROVED` where the deployer holds what the policy does not give it. */
async function proveNoRights(context: DeployContext, desired: Desired, deployer: Address, fromBlock: bigint) {
  const { declared, undeclared, snapshot } = await verifyHandoff(context.client, desired, deployer, {
    fromBlock,
  });
  if (undeclared.length === 0) return { rights: declared, snapshot };
  const list = undeclared.map((right) => describeRight(desired, right));
  throw new PortcullisError("HANDOVER_UNPROVED", `The deployer ${deployer} still holds: ${list.join(", ")}`, {
    hint: "`npx hardhat roles plan` shows what takes it away; then `npx hardhat handoff verify`",
    details: { deployer, rights: undeclared },
  });
}

async function openDeployer(context: DeployContext, desired: Desired): Promise<Signer> {
  if (context.signers.names().includes(DEPLOYER)) return context.signers.get(DEPLOYER);
  throw new PortcullisError(
    "DEPLOYER_UNKNOWN",
    `The policy "${desired.policyName}" names no signer "${DEPLOYER}"`,
    {
      hint: `declare it: signers: { ${DEPLOYER}: { provider: "keystore", … } }`,
      details: { signers: desired.signers.map((s) => s.name) },
    },
  );
}

function requireSamePolicy(
  manifest: Manifest | undefined,
  progress: Progress | undefined,
  desired: Desired,
  deployer: Signer,
): void {
  const other = progress !== undefined && progress.deployer !== deployer.address;
  const changed = (progress ?? manifest)?.policyHash;
  if (other) {
    throw new PortcullisError(
      "DEPLOYER_CHANGED",
      `This deployment was begun by ${progress.deployer}, which is still in power; the policy now names ${deployer.address}`,
      {
        hint: "finish it with the deployer it was begun with",
        details: { begun: progress.deployer, now: deployer.address },
      },
    );
  }
  if (changed === undefined || changed === desired.policyHash) return;
  if (progress !== undefined) {
    throw new PortcullisError(
      "POLICY_CHANGED",
      "The policy changed since this deployment was begun, and the deployer is still in power",
      {
        hint: "finish it with the policy it was begun with (git log -- the policy file), then change it by npx hardhat roles plan",
        details: { begun: changed, now: desired.policyHash },
      },
    );
  }
  if (desired.unresolved.length > 0) return;
  throw new PortcullisError(
    "POLICY_CHANGED",
    "The policy changed since it was deployed; changes go through its own admins",
    {
      hint: "`npx hardhat roles plan`, then `npx hardhat roles apply`",
      details: { deployed: changed, now: desired.policyHash },
    },
  );
}

function unfinished(network: string, deployer: Address): string {
  return `ATTENTION: an earlier deployment to ${network} did not finish; until this run ends the deployer ${deployer} is in power`;
}

/** Whatever went wrong: nobody may overlook that the deployer still holds rights. */
async function warnOfPower(context: DeployContext, deployer: Address, error: unknown): Promise<unknown> {
  const begun = (await context.sender.list().catch(() => [])).length > 0;
  if (!begun) return error;
  const notice = `ATTENTION: the deployer ${deployer} may still be in power`;
  context.report(notice);
  if (!(error instanceof PortcullisError) || error.code === "HANDOVER_UNPROVED") return error;
  return new PortcullisError(error.code, `${error.message}. ${notice}`, {
    hint: `${error.hint}; then run \`npx hardhat deploy\` again until it says the deployer has no right left`,
    details: { ...error.details, deployer },
    cause: error.cause,
  });
}
