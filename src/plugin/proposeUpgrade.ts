/** From a validated upgrade to calls that can be proposed: the code deployed, its hash pinned, its first call encoded. */
import {
  type Abi,
  type Address,
  getAddress,
  getContractAddress,
  type Hex,
  isAddressEqual,
  keccak256,
} from "viem";
import { PortcullisError } from "../errors.ts";
import { parseCall } from "../operations/encode/parseCall.ts";
import type { SimulatedTransaction } from "../operations/simulate/types.ts";
import type { Route } from "../operations/types.ts";
import { readSnapshot } from "../snapshot/readSnapshot.ts";
import {
  deployImplementation,
  type Implementation,
  implementationId,
} from "../upgrades/deployImplementation.ts";
import { planUpgrade, type UpgradePlan } from "../upgrades/planUpgrade.ts";
import { type Operations, principalRoute, type Timelock } from "./operate/open.ts";
import { findTimelock, timelockRoute } from "./operate/propose.ts";
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

/** Who decides about the proxy: the timelock that was named or is the only one; of a beacon, its owner. */
export async function findDecider(
  operations: Operations,
  { state }: UpgradeSubject,
  { timelock: written, as }: { timelock: string; as: string },
): Promise<{ route: Route; timelock?: Timelock }> {
  if (state.kind === "beacon" && written === "") {
    const { contracts } = await readSnapshot(operations.client, { addresses: [state.beacon] });
    const owner = contracts[0]?.ownable?.owner;
    const found = owner && operations.timelocks.find((t) => isAddressEqual(t.address, owner));
    if (owner && !found) return { route: await principalRoute(operations, owner) };
    if (found) return { timelock: found, route: await timelockRoute(operations, found, as) };
  }
  const timelock = findTimelock(operations, written);
  return { timelock, route: await timelockRoute(operations, timelock, as) };
}

/**
 * Where the code will be and what it will be, and the transaction that puts it there in a simulator; nothing is sent.
 * Where it was deployed before, it is there already.
 *
 * @throws PortcullisError NOT_DEPLOYABLE where the constructor fails
 */
export async function foreseeCode(
  project: Project,
  { validation }: UpgradeSubject,
  creation: Hex,
): Promise<{ implementation: Implementation; after: SimulatedTransaction[] }> {
  const { client, sender, chainId, now } = project;
  const id = implementationId(chainId, creation);
  const sent = (await sender.list()).find((record) => record.id === id);
  for (const { hash } of sent?.attempts ?? []) {
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined);
    const code = receipt?.contractAddress && (await client.getCode({ address: receipt.contractAddress }));
    if (!receipt?.contractAddress || !code) continue;
    const address = getAddress(receipt.contractAddress);
    return { implementation: { address, codehash: keccak256(code), reused: true }, after: [] };
  }
  const from = await chooseDeployer(project).catch((error: unknown) => {
    if (error instanceof PortcullisError && error.code === "NO_DEPLOYER") return NOBODY;
    throw error;
  });
  const nonce = BigInt(await client.getTransactionCount({ address: from }));
  const { data: code = "0x" } = await client
    .call({ account: from, data: creation })
    .catch((cause: unknown) => {
      throw new PortcullisError("NOT_DEPLOYABLE", `The constructor of ${validation.to} fails`, {
        hint: "correct --constructor-args, or the constructor",
        details: { artifact: validation.to },
        cause,
      });
    });
  const address = getContractAddress({ from, nonce });
  const deployment = { from, to: null, value: 0n, data: creation, time: await now(), part: "setup" as const };
  return { implementation: { address, codehash: keccak256(code), reused: false }, after: [deployment] };
}

const NOBODY: Address = "0x00000000000000000000000000000000000f0f0f";

/** @throws PortcullisError NO_DEPLOYER, IMPLEMENTATION_MISMATCH, and what sending throws */
export async function deployCode(
  project: Project,
  { artifact, validation }: UpgradeSubject,
  creation: Hex,
): Promise<Implementation> {
  const { client, sender, chainId } = project;
  const from = await chooseDeployer(project);
  return deployImplementation({ client, sender, chainId, from, name: validation.to, artifact, creation });
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
  timelock: Timelock | undefined,
  call: Hex,
): UpgradePlan {
  return planUpgrade({
    name,
    proxy,
    state,
    implementation: implementation.address,
    codehash: implementation.codehash,
    call,
    answersImplementation: state.kind === "beacon" || (state.kind === "uups" && answers(artifact.abi)),
    ...(timelock ? { timelock: { address: timelock.address, flavour: timelock.state.flavour } } : {}),
  });
}

function answers(abi: Abi): boolean {
  return abi.some(
    (item) => item.type === "function" && item.name === "implementation" && item.inputs.length === 0,
  );
}
