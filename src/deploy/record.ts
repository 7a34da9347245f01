/** What the manifest keeps of each contract, read from the chain and the artifacts. */
import { type Abi, type Address, encodeDeployData, getAddress, type Hex, keccak256 } from "viem";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { Snapshot } from "../snapshot/types.ts";
import type { ExpectedCode } from "./compareCode.ts";
import { hashAbi, type Manifest, type ManifestContract } from "./manifest.ts";
import { proxyArtifacts } from "./proxyArtifacts.ts";
import type { CodeArtifact, DeployContext } from "./types.ts";

/** keccak256("eip1967.proxy.implementation") - 1 */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/** What was deployed just now: only then does the chain tell what constructors made of their arguments. */
export interface Sent {
  deployer: Address;
  /** By name in the policy: in no manifest yet. */
  fresh(name: string): boolean;
}

type Source = Pick<DeployContext, "client" | "artifacts">;

/**
 * The contracts of the deployment and the code each should have. Proxies that were upgraded since the manifest was
 * written have the code their admins gave them, which the sources of the deployment do not speak of.
 */
export async function expectedCode(
  context: Source,
  desired: Desired,
  { manifest, sent }: { manifest?: Manifest; sent?: Sent } = {},
): Promise<ExpectedCode[]> {
  const expected: ExpectedCode[] = [];
  for (const contract of desired.contracts) {
    const { name, address, deployment, safe, account } = contract;
    // A Safe and a smart account are proxies of code that is looked at by itself.
    if (deployment === undefined || safe !== undefined || account !== undefined) continue;
    const artifact = await loadCode(context, deployment.artifact);
    const creation = sent?.fresh(name) ? encodeCreation(contract, artifact) : undefined;
    const created = sent && creation ? { created: { creation, deployer: sent.deployer } } : {};
    if (deployment.proxy === undefined) {
      expected.push({ name, address, artifactName: deployment.artifact, artifact, ...created });
      continue;
    }
    const proxyName = deployment.proxy.kind === "uups" ? "ERC1967Proxy" : "TransparentUpgradeableProxy";
    expected.push({ name, address, artifactName: proxyName, artifact: proxyArtifacts[proxyName] });
    const implementation = await readImplementation(context, address);
    const recorded = manifest?.contracts.find((c) => c.name === name)?.proxy?.implementation;
    if (recorded !== undefined && recorded !== implementation) continue;
    expected.push({
      name: `${name}, its implementation`,
      address: implementation,
      artifactName: deployment.artifact,
      artifact,
      ...created,
    });
  }
  return expected;
}

/** Undefined for managers and timelocks: their constructors take the state that the snapshot is compared with. */
function encodeCreation(
  { deployment, manager, timelock }: DesiredContract,
  { abi, bytecode }: CodeArtifact,
): Hex | undefined {
  if (deployment === undefined || manager !== undefined || timelock !== undefined) return undefined;
  const args = deployment.args as unknown[];
  return args.length === 0 ? bytecode : encodeDeployData({ abi, bytecode, args });
}

export async function recordContracts(context: Source, desired: Desired): Promise<ManifestContract[]> {
  const recorded: ManifestContract[] = [];
  for (const contract of desired.contracts) {
    if (contract.deployment !== undefined) recorded.push(await recordContract(context, contract));
  }
  return recorded;
}

async function recordContract(context: Source, contract: DesiredContract): Promise<ManifestContract> {
  const { name, address, deployment, safe, recovery } = contract;
  if (deployment === undefined) throw new Error(`${name} is not deployed by this policy`);
  const artifact = safe === undefined ? await loadCode(context, deployment.artifact) : undefined;
  const codehash = await readCodehash(context, address);
  const { proxy } = deployment;
  const implementation = proxy === undefined ? undefined : await readImplementation(context, address);
  return {
    name,
    address,
    artifact: artifact === undefined ? null : deployment.artifact,
    abiHash: artifact === undefined ? null : hashAbi(artifact.abi),
    codehash,
    constructorArgs: constructorArgs(contract),
    ...(recovery === undefined ? {} : { recovery: { module: recovery.module, terms: recovery.terms } }),
    ...(proxy === undefined || implementation === undefined
      ? {}
      : {
          proxy: {
            kind: proxy.kind,
            implementation,
            codehash: await readCodehash(context, implementation),
            initializer: proxy.initializer ?? "",
            initializerArgs: [...proxy.initializerArgs],
          },
        }),
  };
}

/** Of the contracts whose constructor takes the policy's state: that state. */
function constructorArgs({
  deployment,
  timelock,
  manager,
  safe,
  account,
  accountOrigin,
}: DesiredContract): unknown[] {
  if (safe !== undefined) return [safe.owners, safe.threshold];
  if (timelock !== undefined) return [timelock];
  if (manager !== undefined) return [manager.roles];
  if (account !== undefined) return [account.owner, accountOrigin?.salt];
  return [...(deployment?.args ?? [])];
}

export function recordRoles(desired: Desired, snapshot: Snapshot): Manifest["roles"] {
  return desired.contracts.flatMap((contract) => {
    const state = snapshot.contracts.find((c) => c.address === contract.address)?.manager;
    return (state?.roles ?? []).map((role) => ({
      manager: contract.name,
      role: contract.roleNames?.[String(role.id)] ?? role.label ?? String(role.id),
      id: role.id,
      members: role.members.map((member) => member.account),
    }));
  });
}

export async function loadCode(
  context: Pick<DeployContext, "artifacts">,
  name: string,
): Promise<CodeArtifact> {
  const artifact = await context.artifacts.loadArtifact(name);
  return {
    abi: artifact.abi as Abi,
    bytecode: artifact.bytecode as Hex,
    deployedBytecode: artifact.deployedBytecode as Hex,
    ...(artifact.immutableReferences === undefined
      ? {}
      : { immutableReferences: artifact.immutableReferences }),
  };
}

async function readImplementation(context: Source, proxy: Address): Promise<Address> {
  const word = await context.client.getStorageAt({ address: proxy, slot: IMPLEMENTATION_SLOT });
  return getAddress(`0x${(word ?? "").slice(-40).padStart(40, "0")}`);
}

async function readCodehash(context: Source, address: Address): Promise<Hex> {
  return keccak256((await context.client.getCode({ address })) ?? "0x");
}
