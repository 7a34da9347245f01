/** What a local bundler needs from outside. */
import type { Account, Address } from "viem";
import type { ChainClient, EntryPointVersion } from "../entryPoints.ts";

export interface LocalBundlerParameters {
  client: ChainClient;
  /** Pays for bundles and is repaid by the accounts: a key with ether and without code. */
  signer: Account;
  /** "0.9" and "0.7" if absent. */
  entryPoints?: readonly EntryPointVersion[];
  /** Seconds since the epoch. */
  now: () => number;
}

/** A bundler's surroundings, with an entry point chosen. */
export interface Bundler extends Omit<LocalBundlerParameters, "entryPoints"> {
  version: EntryPointVersion;
}

/** What simulation needs of it: any address without code may stand for the signer. */
export interface Simulation extends Omit<Bundler, "signer" | "now"> {
  signer: { address: Address };
  /** Absent where it is not to be judged whether an operation is due. */
  now?: () => number;
}
