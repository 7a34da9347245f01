/** What operations of a project need: names, files, keys, and what the chain says about timelocks. */
import { type Abi, type Address, isAddressEqual, type PublicClient } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress, findByName } from "../../chain/findEntry.ts";
import { PortcullisError } from "../../errors.ts";
import type { AdvanceEnvironment } from "../../operations/advance.ts";
import { readRouteFacts } from "../../operations/routes/readPending.ts";
import type { RouteFacts } from "../../operations/routes/types.ts";
import { type OperationStore, openOperationStore } from "../../operations/store/operationStore.ts";
import type { Route } from "../../operations/types.ts";
import { nearestName } from "../../policy/text/nearest.ts";
import { multiSendAbi, safeAbi } from "../../safe/abi.ts";
import { safeInfrastructure } from "../../safe/infrastructure.ts";
import { readSafe } from "../../safe/readSafe.ts";
import { readSnapshot } from "../../snapshot/readSnapshot.ts";
import type { ContractState, Snapshot, TimelockState } from "../../snapshot/types.ts";
import type { Project } from "../project.ts";

export interface Timelock {
  name: string;
  address: Address;
  state: TimelockState;
}

export interface Operations {
  project: Project;
  client: PublicClient;
  /** The project's, with Safe's own contracts. */
  book: AddressBook;
  store: OperationStore;
  /** Every timelock of the policy, as the chain has it. */
  timelocks: readonly Timelock[];
  /** For acting along a route. */
  environment(route: Route): Promise<AdvanceEnvironment>;
}

/** `snapshot`: one that was just read, whose timelocks count beside the policy's and are not read again. */
export async function openOperations(project: Project, snapshot?: Snapshot): Promise<Operations> {
  const { client, desired, manifest, chainId } = project;
  const book = completeBook(project);
  const store = openOperationStore(project.files);
  const named = desired.contracts.filter((contract) => contract.timelock !== undefined);
  const nameOf = (address: Address) => findByAddress(book, address)?.name ?? address;
  const timelocks = snapshot
    ? timelocksOf(snapshot.contracts, nameOf)
    : await readTimelocks(
        project,
        named.map((c) => c.address),
        nameOf,
      );
  const environment = async (route: Route): Promise<AdvanceEnvironment> => ({
    chainId,
    client,
    provider: project.connection.provider as AdvanceEnvironment["provider"],
    sender: project.sender,
    signers: project.signers,
    relayers: desired.signers.map((signer) => signer.address),
    infrastructure: () => safeInfrastructure(chainId),
    fromBlock: manifest?.fromBlock ?? 0n,
    now: () => project.now(),
    ...(project.bundler === undefined ? {} : { bundler: project.bundler }),
    store,
    facts: await readFacts(client, route, timelocks),
  });
  return { project, client, book, store, timelocks, environment };
}

/** Timelocks that are not in the policy are read when named by address. */
export async function readTimelocks(
  project: Project,
  addresses: readonly Address[],
  nameOf: (address: Address) => string,
): Promise<Timelock[]> {
  if (addresses.length === 0) return [];
  const { manifest, client, chainId } = project;
  const fromBlock = manifest ? { fromBlock: manifest.fromBlock } : {};
  const { contracts } = await readSnapshot(client, { addresses, chainId, ...fromBlock });
  return timelocksOf(contracts, nameOf);
}

function timelocksOf(contracts: readonly ContractState[], nameOf: (address: Address) => string): Timelock[] {
  return contracts.flatMap(({ address, timelock }) =>
    timelock ? [{ name: nameOf(address), address, state: timelock }] : [],
  );
}

/** @throws PortcullisError PRINCIPAL_UNKNOWN */
export function findPrincipal(operations: Operations, written: string): Address {
  const { book } = operations;
  const found = findByName(book, written)?.address;
  if (found) return found;
  if (/^0x[0-9a-fA-F]{40}$/.test(written)) return written as Address;
  const near = nearestName(
    written,
    book.entries.map((entry) => entry.name),
  );
  throw new PortcullisError("PRINCIPAL_UNKNOWN", `Nobody is called ${JSON.stringify(written)} here`, {
    hint: near ? `did you mean ${near}?` : "npx hardhat roles list",
    details: { name: written, written, nearest: near },
  });
}

/**
 * Who of several principals acts when none was named: one whose keys are here, else a Safe of which some are, else the
 * first: its owners sign elsewhere.
 */
export async function chooseActor(
  operations: Operations,
  candidates: readonly Address[],
): Promise<Address | undefined> {
  const { signers } = operations.project;
  const scores = await Promise.all(
    candidates.map(async (address): Promise<number> => {
      if (signers.has(address)) return 2;
      const safe = await readSafe(operations.client, address);
      if (!safe) return 0;
      const here = safe.owners.filter((owner) => signers.has(owner)).length;
      return here >= safe.threshold ? 1.5 : here > 0 ? 1 : 0;
    }),
  );
  const best = Math.max(...scores);
  return candidates[scores.indexOf(best)];
}

/** How `address` makes calls: with its key, or as a Safe. */
export async function principalRoute(operations: Operations, address: Address): Promise<Route> {
  if (operations.project.signers.has(address)) return { kind: "direct", from: address };
  const safe = await readSafe(operations.client, address);
  return safe ? { kind: "safe", safe: safe.address } : { kind: "direct", from: address };
}

async function readFacts(
  client: PublicClient,
  route: Route,
  timelocks: readonly Timelock[],
): Promise<RouteFacts> {
  return readRouteFacts(
    client,
    route,
    (address) => timelocks.find((t) => isAddressEqual(t.address, address))?.state.executors ?? [],
  );
}

function completeBook({ book, chainId, desired }: Project): AddressBook {
  const safes = new Set(
    desired.principals.filter((p) => p.kind === "safe").map((p) => p.address.toLowerCase()),
  );
  const entries = book.entries.map((entry) =>
    entry.abi === undefined && safes.has(entry.address.toLowerCase())
      ? { ...entry, abi: safeAbi as Abi }
      : entry,
  );
  try {
    const { contracts } = safeInfrastructure(chainId);
    const known = [
      { name: "MultiSendCallOnly", address: contracts.multiSendCallOnly, abi: multiSendAbi as Abi },
      { name: "MultiSend", address: contracts.multiSend, abi: multiSendAbi as Abi },
    ];
    return { chainId, entries: [...entries, ...known] };
  } catch (error) {
    // no Safe on this chain: nothing to name
    if (error instanceof PortcullisError && error.code === "SAFE_NOT_PUBLISHED") return { chainId, entries };
    throw error;
  }
}
