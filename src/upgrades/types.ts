/** What a build says about a contract, and what an upgrade to it would mean. */
import type { SolcInput, SolcOutput } from "@openzeppelin/upgrades-core";

/** One run of the compiler, as the build keeps it. */
export interface BuildInfo {
  id: string;
  solcVersion: string;
  input: SolcInput;
  output: SolcOutput;
}

export interface CompiledContract {
  /** Contract name, as people say it. */
  artifact: string;
  /** Of the compiler's input: `project/contracts/Vault.sol`. */
  source: string;
  build: BuildInfo;
}

/** Runs the compiler that made the build on an input derived from it. */
export type Compile = (solcVersion: string, input: SolcInput) => Promise<SolcOutput>;

export type ProxyKind = "uups" | "transparent" | "beacon";

export interface UpgradeProblem {
  /** `layout`, or the kind of unsafe operation: delegatecall, selfdestruct, constructor, missing-initializer… */
  kind: string;
  /** What is wrong, where, and what to do instead. */
  message: string;
}

/** One stored value under both versions. */
export interface SlotChange {
  /** "storage", or the namespace ("erc7201:…"). */
  namespace: string;
  /** Slot within the namespace, and byte within the slot. */
  slot: string;
  offset: number;
  /** `token (contract IERC20)`; absent where nothing begins. */
  was?: string;
  becomes?: string;
}

export interface UpgradeValidation {
  from: string;
  to: string;
  kind: ProxyKind;
  ok: boolean;
  problems: readonly UpgradeProblem[];
  /** Allowed, and worth knowing. */
  notices: readonly string[];
  /** Every place whose meaning differs; new places behind the old ones are not among them. */
  slots: readonly SlotChange[];
}
