/** A key that can sign, wherever it lives. Every provider hands out viem's own account shape, so any viem client takes it. */
import type { LocalAccount } from "viem";
import type { SignerSource } from "../policy/desired.ts";

export type Signer = LocalAccount;

export interface SignerProvider<S extends SignerSource = SignerSource> {
  readonly provider: S["provider"];
  /** Opens the key. Secrets come from `secrets`, never from the source itself. */
  open(source: S, context: SignerContext): Promise<Signer>;
  /** Whether what opens the key is on this machine; asks for no password and opens nothing. */
  isAtHand(source: S, context: SignerContext): Promise<boolean>;
}

export interface SignerContext {
  chainId: number;
  /** Whether the network is declared a development one: the well-known keys are refused everywhere else. */
  development: boolean;
  /** Value of a configuration variable (environment, Hardhat's keystore). */
  secret(name: string): Promise<string>;
  /** Whether the variable has a value here, without asking for it. */
  holds(name: string): Promise<boolean>;
  /** Content of a file of the project. */
  readFile(path: string): Promise<string>;
  hasFile(path: string): Promise<boolean>;
}

/** The signers of a policy: opened when first asked for, then kept. */
export interface Signers {
  /** Names, in policy order. */
  names(): readonly string[];
  /** By name or address. Throws `SIGNER_UNKNOWN`. */
  get(nameOrAddress: string): Promise<Signer>;
  /** Whether a key for this address is at hand: declared, and on this machine. */
  has(nameOrAddress: string): boolean;
}
