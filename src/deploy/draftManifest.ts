/** The manifest of a deployment that is not proved yet. */
import type { Address } from "viem";
import type { Desired } from "../policy/desired.ts";
import type { Manifest } from "./manifest.ts";
import type { Progress } from "./progress.ts";
import { recordContracts } from "./record.ts";
import type { DeployContext } from "./types.ts";

export async function draftManifest(
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

export async function listTransactions(context: DeployContext): Promise<Manifest["transactions"]> {
  const records = await context.sender.list();
  return records.flatMap(({ id, label, nonce, from, outcome }) =>
    outcome === undefined ? [] : [{ id, label, nonce, from, hash: outcome.hash, block: outcome.block }],
  );
}
