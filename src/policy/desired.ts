/**
 * A policy compiled for one network: every name resolved to an address, every delay to seconds.
 *
 * The admin state it wants is said in the snapshot's own types (`ContractState`), so a plan is a comparison. On this
 * side `since`, `operations`, `suspended`, `nonce` and `codehash` carry no wish (0n, [], [], 0n, null), and a
 * `DelayState` is settled (`pending` = `current`, `effect` = 0n). An optional surface or field that is absent is not
 * managed by the policy.
 *
 * The zero address is "no wish" in `proxy.implementation`, `proxy.beacon`, `safe.singleton` and `safe.fallbackHandler`
 * (upgrades go through operations, not through plans). Elsewhere it is a wish: `safe.guard` zero wants no guard,
 * `proxy.admin` zero wants none, `timelock.executors` of zero means anyone may execute.
 */
import type { Address, Hash, Hex } from "viem";
import type { Guardian, RecoveryTerms } from "../accounts/recovery/terms.ts";
import type { Session } from "../accounts/sessions/session.ts";
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
  /** All names above with address and ABI, and the manifest's other names. */
  book: AddressBook;
  fees: DesiredFees;
  verification: DesiredVerification;
  /** Absent where the policy names none. */
  safeService?: DesiredSafeService;
  /** Absent where the policy names none. */
  bundler?: DesiredBundler;
  /** What has to be true after every operation. */
  invariants: readonly DesiredInvariant[];
  /** Reasons by lint id, or by "id:subject". */
  accept: Readonly<Record<string, string>>;
  /**
   * Contracts that have no address yet, where the policy was compiled for that (`unresolved: "placeholder"`). Each then
   * stands under an address that nobody can hold; nothing compiled so is ever to be sent.
   */
  unresolved: readonly string[];
}

/** wei per gas. */
export interface DesiredFees {
  speed: "slow" | "normal" | "fast";
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
}

/** Where sources are verified; `apiKey` names a configuration variable. */
export interface DesiredVerification {
  etherscan?: { apiKey: string };
  blockscout?: { url: string };
  sourcify?: { url: string };
}

/** Where a Safe's owners look for what waits; `apiKey` names a configuration variable. */
export interface DesiredSafeService {
  url: string;
  apiKey?: string;
}

/** Who includes what accounts do; `apiKey` names a configuration variable, whose value stands for `{apiKey}` in the URL. */
export interface DesiredBundler {
  url: string;
  apiKey?: string;
}

/** A call that reads, and bounds on its first returned word, or its whole output. */
export interface DesiredInvariant {
  /** As written: "vault.limit()". */
  name: string;
  to: Address;
  data: Hex;
  min?: bigint;
  max?: bigint;
  equals?: Hex;
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
  /** Custody digest of its key binding. */
  custody: Hash;
}

export interface DesiredPrincipal {
  name: string;
  address: Address;
  kind: "key" | "safe" | "account" | "timelock" | "manager" | "contract";
  /** Of a key: the signer's name. */
  signer?: string;
  holder?: string;
}

export interface DesiredRecovery extends RecoveryTerms {
  guardians: readonly (Guardian & { name: string })[];
  /** The GuardianRecovery of this chain. */
  module: Address;
  /** All of it, packed: what the account commits to. */
  terms: Hex;
}

export interface DesiredSession {
  /** Name of the account. */
  account: string;
  name: string;
  session: Session;
  /** `session`, packed. */
  terms: Hex;
}

export interface DesiredContract extends ContractState {
  name: string;
  /**
   * Absent for contracts that exist already and are only administered. Safes ("Safe"), timelocks ("Timelock") and
   * managers ("RoleManager") have no `args`: their constructor's configuration is the state above.
   */
  deployment?: {
    artifact: string;
    /** Positional, names already resolved to addresses. */
    args: readonly unknown[];
    proxy?: {
      kind: "uups" | "transparent";
      /** Absent: the proxy is created without a call. */
      initializer?: string;
      initializerArgs: readonly unknown[];
      /** Of a transparent proxy: who owns its ProxyAdmin. */
      owner?: Address;
    };
    /** Names of the contracts that have to be deployed before it. */
    after: readonly string[];
  };
  /** What every account of a build shares; nobody has power over it. */
  accountPart?: true;
  /** Of a smart account: what makes it, and thereby its address. */
  accountOrigin?: { factory: Address; implementation: Address; salt: Hex };
  /** Of a smart account: what keys may do by themselves, by name. */
  sessions?: readonly DesiredSession[];
  /** Of a smart account: who replaces a lost owner. */
  recovery?: DesiredRecovery;
  /** Of a smart account: all that was granted in this epoch is to be void. Never a policy's wish, only an order's. */
  voidSessions?: bigint;
  /** Of a ProxyAdmin that came with a transparent proxy: the name of that proxy. */
  proxyAdminOf?: string;
  /** Names of the manager's roles in the policy, by id: what tasks print. */
  roleNames?: Readonly<Record<string, string>>;
  /** What they are for, by id, where the policy says so. */
  roleDescriptions?: Readonly<Record<string, string>>;
  /** Of a manager: the role that confirms the tier of key bindings. */
  registrar?: bigint;
  /** Function names by selector, of a managed target: what tasks print. */
  functionNames?: Readonly<Record<Hex, string>>;
  /** Of a managed target: functions that change state, that by intent anyone may call, and that by intent stay with ADMIN. */
  changingFunctions?: readonly Hex[];
  openFunctions?: readonly Hex[];
  adminFunctions?: readonly Hex[];
}
