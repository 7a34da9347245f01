/**
 * What a task works on: the chain, the compiled policy, what was deployed, and how to sign and send.
 * One call opens it all; the core gets its parts as parameters.
 */
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { type Abi, createPublicClient, custom, type PublicClient } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import { checkManifest } from "../deploy/checkManifest.ts";
import { type Manifest, manifestAddresses, readManifest } from "../deploy/manifest.ts";
import { readProgress } from "../deploy/progress.ts";
import { PortcullisError } from "../errors.ts";
import type { BundlerAccess } from "../operations/acts/types.ts";
import type { Desired } from "../policy/desired.ts";
import { compilePolicy, listArtifacts, loadPolicy, type PolicyInput } from "../policy/index.ts";
import { openSigners } from "../signers/open.ts";
import type { Signers } from "../signers/types.ts";
import { openJournal } from "../transactions/journal.ts";
import { createSender } from "../transactions/sender.ts";
import type { Rpc, Sender } from "../transactions/types.ts";
import { systemClock } from "./clock.ts";
import { openDiskFiles, openMemoryFiles, type ProjectFiles } from "./files.ts";
import { lockFolder } from "./lock.ts";
import { openBundler } from "./openBundler.ts";
import { paceOf } from "./pace.ts";
import { createSignerContext } from "./signerContext.ts";

export interface Project {
  hre: HardhatRuntimeEnvironment;
  connection: NetworkConnection;
  /** Hardhat's name of the network. */
  network: string;
  chainId: number;
  /** The chain lives in this process and ends with it. */
  embedded: boolean;
  client: PublicClient;
  rpc: Rpc;
  /** Path of the policy file, relative to the project. */
  policy: string;
  desired: Desired;
  book: AddressBook;
  /** Absent until `deploy` has written it. */
  manifest?: Manifest;
  /** `deployments/<network>`. Nothing is written there on the embedded chain. */
  directory: string;
  sender: Sender;
  signers: Signers;
  /** Time of the latest block, seconds since the epoch: what contracts will compare with. */
  now(): Promise<bigint>;
  /** Files below `directory`; kept in memory on the embedded chain. */
  files: ProjectFiles;
  /** Compiles the policy for other addresses than the manifest's; contracts without one get a placeholder. */
  compile(addresses: Readonly<Record<string, `0x${string}`>>): Promise<Desired>;
  /** Milliseconds between two looks at the chain. */
  poll: number;
  /** Includes what accounts do; absent where a key of ours submits that. */
  bundler?: BundlerAccess;
}

export interface OpenOptions {
  /** Path of the policy file; the manifest's, or `deploy/policies/example.ts`, when empty. */
  policy?: string;
  /** `deployed` (the default) refuses where nothing was deployed; `any` is for `deploy` and for what reads foreign contracts. */
  state?: "deployed" | "any";
  /** URL of a bundler, or `none`; the policy's when empty. */
  bundler?: string;
  /** Hardhat's name of the network; the one of the command line when absent. */
  network?: string;
  /** Progress of what is sent, one line each. */
  report?(line: string): void;
}

export const DEFAULT_POLICY = "deploy/policies/example.ts";

/** What a chain that ends with the process would write to disk, as long as the process lives. */
const embeddedFiles = new WeakMap<NetworkConnection, ProjectFiles>();
/** Folders this process works on; released when it ends. */
const locked = new Set<string>();

/** Throws `NOT_DEPLOYED`, `WRONG_CHAIN`, `CHAIN_RESTARTED`, `MANIFEST_MISMATCH`, `DEPLOYMENT_BUSY`, `OPTION_INVALID`, and what loading and compiling the policy throws. */
export async function openProject(
  hre: HardhatRuntimeEnvironment,
  options: OpenOptions = {},
): Promise<Project> {
  const connection = await hre.network.getOrCreate(options.network);
  const embedded = connection.networkConfig.type === "edr-simulated";
  const network = connection.networkName;
  const directory = join("deployments", network);
  const files = openFiles(connection, embedded, join(hre.config.paths.root, directory));
  const manifest = await readManifest(files);
  if (manifest === undefined && options.state !== "any") throw notDeployed(network, embedded);

  const provider = connection.provider;
  const rpc: Rpc = { request: (args) => provider.request(args) };
  const client = createPublicClient({
    transport: custom(provider, { retryCount: 0 }),
    pollingInterval: embedded ? 20 : 1_000,
  }) as PublicClient;
  const chainId = await client.getChainId();
  if (manifest !== undefined && options.state !== "any") await checkManifest(client, manifest);

  // Of a deployment that did not finish there is no manifest yet.
  const begun = manifest ?? (await readProgress(files));
  const path = options.policy || begun?.policy || DEFAULT_POLICY;
  const input = await loadPolicy(path, hre.config.paths.root);
  const artifacts = await readAbis(hre, input, policyNetwork(input, network, embedded));
  const compile: Project["compile"] = async (addresses) =>
    compilePolicy(input, {
      network: policyNetwork(input, network, embedded),
      chainId,
      addresses,
      artifacts,
      unresolved: "placeholder",
    });
  const desired = await compile(manifestAddresses(manifest));
  const signers = await openSigners(desired.signers, createSignerContext(hre, chainId));
  const pace = paceOf(desired.tier, embedded);
  const bundler = openBundler(hre, desired, options.bundler ?? "", pace);
  const sender = createSender({
    rpc,
    chainId,
    network,
    journal: openJournal(embedded ? files : lockedFiles(files, join(hre.config.paths.root, directory))),
    signer: (address) => signers.get(address),
    clock: systemClock,
    fees: desired.fees,
    ...pace,
    abis: desired.book.entries.flatMap((entry) => (entry.abi === undefined ? [] : [entry.abi])),
    ...(options.report === undefined ? {} : { report: options.report }),
  });
  return {
    hre,
    connection,
    network,
    chainId,
    embedded,
    client,
    rpc,
    policy: path,
    desired,
    book: desired.book,
    ...(manifest === undefined ? {} : { manifest }),
    directory,
    sender,
    signers,
    now: async () => (await client.getBlock()).timestamp,
    files,
    compile,
    poll: pace.poll,
    ...(bundler === undefined ? {} : { bundler }),
  };
}

/** The embedded chain goes by "hardhat" in policies, whatever Hardhat calls it. */
function policyNetwork(input: PolicyInput, network: string, embedded: boolean): string {
  return embedded && !(network in input.networks) ? "hardhat" : network;
}

function openFiles(connection: NetworkConnection, embedded: boolean, folder: string): ProjectFiles {
  if (!embedded) return openDiskFiles(folder);
  const files = embeddedFiles.get(connection) ?? openMemoryFiles();
  embeddedFiles.set(connection, files);
  return files;
}

/** Takes the folder's lock before the first write: reading needs none. */
function lockedFiles(files: ProjectFiles, folder: string): ProjectFiles {
  return {
    ...files,
    write: async (path, content) => {
      if (!locked.has(folder)) {
        const release = await lockFolder(folder);
        locked.add(folder);
        process.once("exit", release);
      }
      await files.write(path, content);
    },
  };
}

async function readAbis(
  hre: HardhatRuntimeEnvironment,
  input: PolicyInput,
  network: string,
): Promise<Record<string, { abi: Abi }>> {
  const abis: Record<string, { abi: Abi }> = {};
  for (const name of listArtifacts(input, network)) {
    if (!(await hre.artifacts.artifactExists(name))) continue;
    abis[name] = { abi: (await hre.artifacts.readArtifact(name)).abi as Abi };
  }
  return abis;
}

function notDeployed(network: string, embedded: boolean): PortcullisError {
  if (!embedded) {
    return new PortcullisError("NOT_DEPLOYED", `Nothing was deployed to "${network}"`, {
      hint: `npx hardhat deploy --network ${network}`,
      details: { network },
    });
  }
  return new PortcullisError(
    "NOT_DEPLOYED",
    "The embedded chain is empty: it begins and ends with each command",
    {
      hint: "run `npx hardhat node` in another terminal and `npx hardhat deploy --network localhost`, then add --network localhost",
      details: { network },
    },
  );
}
