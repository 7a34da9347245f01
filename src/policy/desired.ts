/**
 * A policy compiled for one network: every name resolved to an address, every delay to seconds.
 *
 * The admin state it wants is said in the snapshot's own types (`ContractState`), so a plan is a comparison. On this
 * side `since`, `operations` and `codehash` carry no wish (0n, [], null), and a `DelayState` is settled
 * (`pending` = `current`, `effect` = 0n). An optional surface that is absent is not managed by the policy.
 */
import type { Address, Hash, Hex } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import type { ContractState } from "../snapshot/types.ts";

export type Tier = "development" | "staging" | "production";

export interface Desired {
  /** keccak256 of the canonical JSON of the policy for this network. */
  policyHash: Hash;
  policyName: string;
  network: string;
  chainId: number;
  tier: Tier;
  signers: readonly DesiredSigner[];
  principals: readonly DesiredPrincipal[];
  /** In an order in which they can be deployed. */
  contracts: readonly DesiredContract[];
  /** All names above with address and ABI. */
  book: AddressBook;
}

export type SignerSource =
  /** By index from the well-known development mnemonic; refused on every chain that is not a development chain. */
  | { provider: "development"; account: number }
  /** V3 JSON; `password` names a configuration variable. */
  | { provider: "keystore"; file: string; password: string }
  /** `key` names a configuration variable, as Hardhat's keystore holds them. */
  | { provider: "hardhat-keystore"; key: string };

export interface DesiredSigner {
  name: string;
  address: Address;
  source: SignerSource;
  tier: Tier;
  /** Who holds it (a person, a team, a vendor): what separation of duties is judged by. */
  holder?: string;
  /** Rotation deadline; absent where the policy sets none. */
  rotateBy?: bigint;
}

export interface DesiredPrincipal {
  name: string;
  address: Address;
  kind: "key" | "safe" | "account" | "timelock" | "manager" | "contract";
  /** Of a key: the signer's name. */
  signer?: string;
}

export interface DesiredContract extends ContractState {
  name: string;
  /** Absent for contracts that exist already and are only administered. */
  deployment?: {
    artifact: string;
    /** Positional, names already resolved to addresses. */
    args: readonly unknown[];
    proxy?: { kind: "uups" | "transparent"; initializer: string; initializerArgs: readonly unknown[] };
  };
  /** Labels of the manager's roles, by id: what tasks print. */
  roleNames?: Readonly<Record<string, string>>;
  /** Function names by selector, of a managed target: what tasks print. */
  functionNames?: Readonly<Record<Hex, string>>;
}
