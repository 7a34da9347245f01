/** A project's plan: snapshot, key proofs and former keys are gathered here, at the edge. */
import type { Address } from "viem";
import { roleManagerAbi } from "../abi/roleManager.ts";
import { signKeyProof, TIERS } from "../deploy/keyProof.ts";
import type { Plan } from "../operations/types.ts";
import { type Drift, describeDrift, type PlanOptions, planChanges } from "../plan/index.ts";
import type { FormerAddress, SignedKeyProof } from "../plan/rotation.ts";
import { readSnapshot } from "../snapshot/readSnapshot.ts";
import type { BindingState, Snapshot } from "../snapshot/types.ts";
import type { Project } from "./project.ts";

export interface ProjectPlan {
  snapshot: Snapshot;
  options: PlanOptions;
  plan: Plan;
  drift: readonly Drift[];
}

/** Addresses of the policy's keys when it was last applied: what tells a changed key from a new one. */
const KEYS = "keys.json";
/** Seconds a proof stays usable. */
const PROOF_LIFETIME = 30n * 86_400n;
/** Where the policy sets no rotation deadline: as late as one can be. */
const NO_DEADLINE = 2 ** 48 - 2;

/** Reads the chain and plans. Throws what reading and signing throw. */
export async function planProject(project: Project): Promise<ProjectPlan> {
  const { desired } = project;
  const snapshot = await readProject(project);
  const options: PlanOptions = {
    now: snapshot.block.timestamp,
    former: await readFormer(project),
    proofs: await collectProofs(project, snapshot),
  };
  const plan = planChanges(desired, snapshot, options);
  return { snapshot, options, plan, drift: describeDrift(desired, snapshot, plan, options) };
}

/** All contracts of the policy, and whoever has power over them. */
export async function readProject({ client, chainId, desired, manifest }: Project): Promise<Snapshot> {
  return readSnapshot(client, {
    addresses: desired.contracts.map(({ address }) => address),
    follow: true,
    chainId,
    ...(manifest === undefined ? {} : { fromBlock: manifest.fromBlock }),
  });
}

export async function rememberKeys({ desired, files }: Project): Promise<void> {
  const keys = desired.signers.map(({ name, address }) => [name, address]);
  await files.write(KEYS, `${JSON.stringify(Object.fromEntries(keys), null, 2)}\n`);
}

async function readFormer({ desired, files }: Project): Promise<FormerAddress[]> {
  const text = await files.read(KEYS);
  if (text === undefined) return [];
  const before = Object.entries(JSON.parse(text) as Record<string, Address>);
  return before
    .filter(([name, address]) => desired.signers.some((s) => s.name === name && s.address !== address))
    .map(([name, address]) => ({ name, address }));
}

/** One proof of each key that is to be bound and is at hand. */
async function collectProofs(project: Project, snapshot: Snapshot): Promise<SignedKeyProof[]> {
  const proofs: SignedKeyProof[] = [];
  for (const { address: manager, manager: wanted } of project.desired.contracts) {
    const state = snapshot.contracts.find((c) => c.address === manager)?.manager;
    if (state?.flavour !== "portcullis") continue;
    for (const wish of wanted?.bindings ?? []) {
      const found = state.bindings.find((b) => b.account === wish.account);
      if (wish.status === "exempt" || isAsWanted(found, wish) || !project.signers.has(wish.account)) continue;
      proofs.push(await sign(project, manager, wish, snapshot.block.timestamp));
    }
  }
  return proofs;
}

const isAsWanted = (found: BindingState | undefined, wish: BindingState): boolean =>
  found?.status === "valid" &&
  found.custody === wish.custody &&
  found.tier === wish.tier &&
  (wish.rotateBy === 0n || found.rotateBy === wish.rotateBy);

async function sign(
  project: Project,
  manager: Address,
  wish: BindingState,
  now: bigint,
): Promise<SignedKeyProof> {
  const { account } = wish;
  const { nonce } = await project.client.readContract({
    address: manager,
    abi: roleManagerAbi,
    functionName: "bindingOf",
    args: [account],
  });
  const proof = {
    account,
    provider: wish.provider,
    custody: wish.custody,
    tier: TIERS[wish.tier],
    rotateBy: wish.rotateBy === 0n ? NO_DEADLINE : Number(wish.rotateBy),
    nonce,
    // The same within a day, so that the same step stays the same.
    deadline: Number(now - (now % 86_400n) + PROOF_LIFETIME),
  };
  const signer = await project.signers.get(account);
  return {
    manager,
    proof,
    signature: await signKeyProof(signer, proof, { chainId: project.chainId, manager }),
  };
}
