/** From a validated upgrade to calls that can be proposed: the code deployed, its hash pinned, its first call encoded. */
import type { Abi, Address, Hex } from "viem";
import { PortcullisError } from "../errors.ts";
import { parseCall } from "../operations/encode/parseCall.ts";
import {
  deployImplementation,
  type Implementation,
  requireDeployable,
} from "../upgrades/deployImplementation.ts";
import { planUpgrade, type UpgradePlan } from "../upgrades/planUpgrade.ts";
import type { Operations, Timelock } from "./operate/open.ts";
import type { Project } from "./project.ts";
import type { UpgradeSubject } from "./upgrade.ts";

/** The project's names, with the new code under its own: what is shown is read with the ABI that will run. */
export function withImplementation(
  operations: Operations,
  { artifact, validation }: UpgradeSubject,
  { address }: Implementation,
): Operations {
  const entry = { name: validation.to, address, abi: artifact.abi, artifact: validation.to };
  return { ...operations, book: { ...operations.book, entries: [...operations.book.entries, entry] } };
}

/**
 * What the new code is called with in the transaction that installs it: `initializeV2(alice)`, by the new ABI.
 *
 * @throws PortcullisError whatever parseCall throws
 */
export function encodeFirstCall(
  text: string,
  { name, proxy, artifact }: UpgradeSubject,
  { book }: Operations,
): Hex {
  if (text === "") return "0x";
  const entries = book.entries.filter((entry) => entry.address.toLowerCase() !== proxy.toLowerCase());
  const called = { name, address: proxy, abi: artifact.abi };
  const written = text.startsWith(`${name}.`) ? text : `${name}.${text}`;
  return parseCall(written, { ...book, entries: [...entries, called] }).data;
}

/** @throws PortcullisError NOT_DEPLOYABLE, NO_DEPLOYER, IMPLEMENTATION_MISMATCH, and what sending throws */
export async function deployCode(
  project: Project,
  { artifact, validation }: UpgradeSubject,
): Promise<Implementation> {
  requireDeployable(validation.to, artifact);
  const { client, sender, chainId } = project;
  const from = await chooseDeployer(project);
  return deployImplementation({ client, sender, chainId, from, name: validation.to, artifact });
}

/** Whoever deployed the project if that key is here, else the first signer that can pay: the code is the same from all. */
async function chooseDeployer({ signers, manifest, client }: Project): Promise<Address> {
  if (manifest && signers.has(manifest.deployer)) return manifest.deployer;
  for (const name of signers.names().filter(signers.has)) {
    const { address } = await signers.get(name);
    if ((await client.getBalance({ address })) > 0n) return address;
  }
  throw new PortcullisError("NO_DEPLOYER", "No signer of the policy has ether to deploy the new code", {
    hint: "fund one of them; any will do, it gets no right by deploying",
    details: { signers: signers.names() },
  });
}

export function planUpgradeCalls(
  { name, proxy, state, artifact }: UpgradeSubject,
  implementation: Implementation,
  timelock: Timelock,
  call: Hex,
): UpgradePlan {
  return planUpgrade({
    name,
    proxy,
    state,
    implementation: implementation.address,
    codehash: implementation.codehash,
    call,
    answersImplementation: state.kind === "uups" && answers(artifact.abi),
    timelock: { address: timelock.address, flavour: timelock.state.flavour },
  });
}

function answers(abi: Abi): boolean {
  return abi.some(
    (item) => item.type === "function" && item.name === "implementation" && item.inputs.length === 0,
  );
}
