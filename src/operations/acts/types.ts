/** What acting needs from outside, and what came of it. */
import type { Address, Hash, PublicClient } from "viem";
import type { RemoteBundler } from "../../accounts/bundler/remoteBundler.ts";
import type { Eip1193 } from "../../safe/compareWithKit.ts";
import type { SafeInfrastructure } from "../../safe/infrastructure.ts";
import type { Signers } from "../../signers/types.ts";
import type { Clock, FeePolicy, Sender } from "../../transactions/types.ts";

/** A bundler that includes what accounts do, and how patiently it is waited for. Milliseconds. */
export interface BundlerAccess {
  remote: RemoteBundler;
  fees: FeePolicy;
  clock: Clock;
  poll: number;
  timeout: number;
  /** Counting the including block. */
  confirmations: number;
}

export interface ActEnvironment {
  chainId: number;
  client: PublicClient;
  /** For Safe's own kit, which wants a provider of its own. */
  provider: Eip1193;
  sender: Sender;
  signers: Signers;
  /** Keys that may pay for what anyone may send, the first that is at hand is taken. */
  relayers: readonly Address[];
  /** Operations of accounts go there, and the account or its paymaster pays; absent: a key of ours submits and pays. */
  bundler?: BundlerAccess;
  infrastructure(): SafeInfrastructure;
  /** Where logs that matter begin. */
  fromBlock: bigint;
  /** Time of the latest block, seconds. */
  now(): Promise<bigint>;
}

export type ActOutcome =
  | { status: "done"; transactions: readonly Hash[]; by: Address }
  /** The Safe's owners have not all signed, or other transactions of the Safe go first. */
  | {
      status: "waiting";
      safe: Address;
      safeTxHash: Hash;
      nonce: bigint;
      signed: readonly Address[];
      threshold: number;
      /** Owners who have not signed, and whose keys are not here. */
      missing: readonly Address[];
      /** Transactions of the Safe that must run before this one. */
      behind: number;
      /** Where the collected signatures went besides the file. */
      queued?: string;
    };
