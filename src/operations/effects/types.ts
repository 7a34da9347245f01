/** What an operation does, in the terms of the people who approve it; and the part of it that is committed to. */
import type { Address, Hash, Hex } from "viem";
import type { CallType, Capability, SimulatorKind, StateChange } from "../simulate/types.ts";

/**
 * One admin fact that changed, read from the contracts before and after, not from events. `path` says which
 * ("safe.owner.0x…", "manager.role.5.member.0x….delay", "proxy.implementation"); absent `from`: it is new, absent
 * `to`: it is gone.
 */
export interface AdminChange {
  contract: Address;
  path: string;
  from?: string;
  to?: string;
}

export type Severity = "danger" | "notice" | "relief";

/** A frame with names, for people. */
export interface EffectFrame {
  type: CallType;
  from: Address;
  to?: Address;
  /** Of the code that ran; null where there is none. */
  codehash: Hash | null;
  value: bigint;
  input: Hex;
  selector?: Hex;
  /** `setLimit(100)` where the book knows the contract. */
  call?: string;
  /** The decoded reason, where the frame was rolled back. */
  reverted?: string;
  calls: readonly EffectFrame[];
}

export interface DecodedLog {
  address: Address;
  topics: readonly Hex[];
  data: Hex;
  /** `Transfer(0x…, 0x…, 5)` where the event is known. */
  event?: string;
}

export interface Flow {
  /** "ETH", or the token. */
  asset: Address | "ETH";
  standard: "ETH" | "ERC20" | "ERC721" | "ERC1155";
  from: Address;
  to: Address;
  /** wei, or the token's units; for ERC-721 a count. */
  amount: bigint;
  /** ERC-721 and ERC-1155. */
  ids: readonly bigint[];
}

/** A right to spend that was given (or taken: amount 0). */
export interface Allowance {
  token: Address;
  owner: Address;
  spender: Address;
  /** `all`: every token of the owner (setApprovalForAll). */
  amount: bigint | "all";
  standard: "ERC20" | "ERC721" | "ERC1155";
}

export interface InvariantResult {
  name: string;
  /** After the operation. */
  holds: boolean;
  /** What was returned after it, or why nothing was. */
  got: string;
  expected: string;
  before: { holds: boolean; got: string };
  /** `worse`: it did not hold before, and is further from holding, or no longer answers at all. */
  change: "kept" | "broken" | "mended" | "worse" | "still broken";
}

export interface BoundResult {
  asset: Address | "ETH";
  to: Address;
  max: bigint;
  amount: bigint;
  holds: boolean;
}

/** JSON-safe, sorted, in lower case: the exact preimage of the hash. */
export interface CanonicalEffects {
  version: 1;
  chainId: number;
  /** Sorted. */
  admin: readonly { contract: string; path: string; from: string | null; to: string | null }[];
  /** In order of execution; static calls are left out, they change nothing. */
  calls: readonly CanonicalFrame[];
  /** Every account whose code ran or was put in place, with that code's hash. Sorted. */
  code: readonly { address: string; codehash: string }[];
  /** Who received what kind of asset from whom; amounts are in `bounds`. Sorted. */
  recipients: readonly { asset: string; from: string; to: string }[];
  /** Sorted. */
  allowances: readonly { token: string; owner: string; spender: string; unlimited: boolean }[];
  /** Sorted. */
  bounds: readonly { asset: string; to: string; max: string }[];
}

export interface CanonicalFrame {
  type: string;
  from: string;
  to: string;
  selector: string;
  paid: boolean;
  reverted: boolean;
  calls: readonly CanonicalFrame[];
}

export interface EffectReport {
  chainId: number;
  simulator: { kind: SimulatorKind; proved: readonly Capability[] };
  block: { number: bigint; hash: Hash; timestamp: bigint };
  /** When it was taken to execute, seconds. */
  time: bigint;
  success: boolean;
  /** Why it fails, decoded. */
  reason?: string;
  gasUsed: bigint;
  calls: readonly EffectFrame[];
  logs: readonly DecodedLog[];
  changes: readonly StateChange[];
  flows: readonly Flow[];
  allowances: readonly Allowance[];
  admin: readonly AdminChange[];
  /** Code put in place, by creation or by EIP-7702. */
  created: readonly { address: Address; codehash: Hash; by: Address }[];
  /** Delegatecalls out of contracts that hold admin power, to code that is not their own implementation. */
  delegatecalls: readonly { from: Address; to: Address; codehash: Hash | null }[];
  invariants: readonly InvariantResult[];
  bounds: readonly BoundResult[];
  canonical: CanonicalEffects;
}
