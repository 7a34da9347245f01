/**
 * What a task works on: the chain, the compiled policy, what was deployed, and how to sign and send.
 * One call opens it all; the core gets its parts as parameters.
 */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import type { PublicClient } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import type { Manifest } from "../deploy/manifest.ts";
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";
import type { Signers } from "../signers/types.ts";
import type { Sender } from "../transactions/types.ts";
import type { ProjectFiles } from "./files.ts";

export interface Project {
  hre: HardhatRuntimeEnvironment;
  connection: NetworkConnection;
  network: string;
  chainId: number;
  /** The chain lives in this process and ends with it. */
  embedded: boolean;
  client: PublicClient;
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
}

export interface OpenOptions {
  /** Path of the policy file; the manifest's, or `deploy/policies/example.ts`, when empty. */
  policy?: string;
  /** `deployed` (the default) refuses where nothing was deployed; `any` is for `deploy` and for what reads foreign contracts. */
  state?: "deployed" | "any";
}

/** Throws `NOT_DEPLOYED`, `WRONG_CHAIN`, `CHAIN_RESTARTED`, and whatever loading and compiling the policy throws. */
export async function openProject(
  _hre: HardhatRuntimeEnvironment,
  _options: OpenOptions = {},
): Promise<Project> {
  throw new PortcullisError("NOT_DEPLOYED", "There is no deployment to work on", {
    hint: "run `npx hardhat node` in another terminal and `npx hardhat deploy --network localhost`, then add --network localhost",
  });
}
