/** A project's plan: snapshot, key proofs and former keys are gathered here, at the edge. */
import type { Address, Hex } from "viem";
import { roleManagerAbi } from "../abi/roleManager.ts";
import { type KeyProof, signKeyProof, TIERS } from "../deploy/keyProof.ts";
import type { Plan } from "../operations/types.ts";
import { type Drift, describeDrift, type PlanOptions, planChanges } from "../plan/index.ts";
import type { FormerAddress, SignedKeyProof } from "../plan/rotation.ts";
import { readSnapshot } from "../snapshot/readSnapshot.ts";
import type { BindingState, Snapshot } from "../snapshot/types.ts";
import { checkImplementations } from "./checkImplementations.ts";
import type { Project } from "./project.ts";

export interface ProjectPlan {
  snapshot: Snapshot;
  options: PlanOptions;
  plan: Plan;
  drift: readonly Drift[];
}

/** Addresses of the policy's keys when it was last applied: what tells a changed key from a new one. */
const KEYS = "keys.json";
const PROOFS = "proofs.json";
/** Seconds a proof stays usable: longer than any timelock's ceiling, which it may have to wait out. */
const PROOF_LIFETIME = 90n * 86_400n;
/** Seconds it must still be usable to be taken for a plan. */
const PROOF_MARGIN = 45n * 86_400n;
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
    implementations: await checkImplementations(project, snapshot),
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

/**
 * One proof of each key that is to be bound and is at hand. Proofs are kept: a new one would be another call, and what
 * is scheduled with the old one would be scheduled again. They are no secret; the chain shows them.
 */
async function collectProofs(project: Project, snapshot: Snapshot): Promise<SignedKeyProof[]> {
  const kept = JSON.parse((await project.files.read(PROOFS)) ?? "[]") as SignedKeyProof[];
  const now = snapshot.block.timestamp;
  const proofs: SignedKeyProof[] = [];
  for (const { address: manager, manager: wanted } of project.desired.contracts) {
    const state = snapshot.contracts.find((c) => c.address === manager)?.manager;
    if (state?.flavour !== "portcullis") continue;
    for (const wish of wanted?.bindings ?? []) {
      const found = state.bindings.find((b) => b.account === wish.account);
      if (wish.status === "exempt" || isAsWanted(found, wish) || !project.signers.has(wish.account)) continue;
      const proof = await describeKey(project, manager, wish, now);
      const usable = kept.find((k) => k.manager === manager && isUsable(k.proof, proof, now));
      proofs.push(usable ?? { manager, proof, signature: await signProof(project, manager, proof) });
    }
  }
  if (proofs.some((proof) => !kept.includes(proof))) {
    await project.files.write(PROOFS, `${JSON.stringify(proofs, null, 2)}\n`);
  }
  return proofs;
}

/** Says the same, and will still be accepted for a while. */
const isUsable = (kept: KeyProof, wanted: KeyProof, now: bigint): boolean =>
  BigInt(kept.deadline) > now + PROOF_MARGIN &&
  (["account", "provider", "custody", "tier", "rotateBy", "nonce"] as const).every(
    (f) => kept[f] === wanted[f],
  );

const isAsWanted = (found: BindingState | undefined, wish: BindingState): boolean =>
  found?.status === "valid" &&
  found.custody === wish.custody &&
  found.tier === wish.tier &&
  (wish.rotateBy === 0n || found.rotateBy === wish.rotateBy);

async function describeKey(
  project: Project,
  manager: Address,
  { account, provider, custody, tier, rotateBy }: BindingState,
  now: bigint,
): Promise<KeyProof> {
  const { nonce } = await project.client.readContract({
    address: manager,
    abi: roleManagerAbi,
    functionName: "bindingOf",
    args: [account],
  });
  return {
    account,
    provider,
    custody,
    tier: TIERS[tier],
    rotateBy: rotateBy === 0n ? NO_DEADLINE : Number(rotateBy),
    nonce,
    deadline: Number(now + PROOF_LIFETIME),
  };
}

async function signProof({ signers, chainId }: Project, manager: Address, proof: KeyProof): Promise<Hex> {
  return signKeyProof(await signers.get(proof.account), proof, { chainId, manager });
}
