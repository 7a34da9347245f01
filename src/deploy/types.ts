/** What a deployment works with. Everything outside is a parameter. */
import type { ArtifactResolver } from "@nomicfoundation/ignition-core";
import type { Abi, Address, Hex, PublicClient } from "viem";
import type { BundlerAccess } from "../operations/acts/types.ts";
import type { Plan } from "../operations/types.ts";
import type { ApplyReport } from "../plan/applyPlan.ts";
import type { Desired } from "../policy/desired.ts";
import type { Signers } from "../signers/types.ts";
import type { Snapshot } from "../snapshot/types.ts";
import type { Rpc, Sender } from "../transactions/types.ts";

export interface DeployContext {
  network: string;
  chainId: number;
  /** The chain lives in this process: nothing is written. */
  embedded: boolean;
  client: PublicClient;
  rpc: Rpc;
  sender: Sender;
  signers: Signers;
  /** Path of the policy file, relative to the project. */
  policy: string;
  /** The policy, for the addresses known so far; what has none stands under a placeholder. */
  compile(addresses: Readonly<Record<string, Address>>): Promise<Desired>;
  files: DeployFiles;
  /** Folder of Ignition's journal; absent on the embedded chain. */
  ignition?: string;
  artifacts: ArtifactResolver;
  commit(): Promise<{ commit: string | null; dirty: boolean }>;
  /** Milliseconds between two looks at the chain. */
  poll: number;
  /** Creates accounts by an operation of theirs; absent: a key of ours does. */
  bundler?: BundlerAccess;
  /** Carries steps out that others than the deployer have to do, as far as their keys are here. */
  carry?(desired: Desired, plan: Plan, snapshot: Snapshot): Promise<ApplyReport>;
  /** Moves the clock to a time (seconds since the epoch): only where the chain is nobody else's. */
  passTime?(until: bigint): Promise<void>;
  /** One line each. */
  report(line: string): void;
}

export interface DeployFiles {
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string): Promise<void>;
}

/** Sends one transaction of the deployment: the same `what` is never sent twice. */
export type SendStep = (step: {
  stage: string;
  label: string;
  to: Address;
  value?: bigint;
  data: Hex;
}) => Promise<void>;

/** An artifact, as far as the deployment looks into it. */
export interface CodeArtifact {
  abi: Abi;
  bytecode: Hex;
  deployedBytecode: Hex;
  /** By immutable: byte ranges of `deployedBytecode`. Absent where the build did not say. */
  immutableReferences?: Readonly<Record<string, readonly { start: number; length: number }[]>>;
}
