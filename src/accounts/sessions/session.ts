/** A session of a smart account, as `SessionValidator` reads it. Amounts are in the asset's smallest unit, times in seconds. */
import type { Address, Hex } from "viem";

export interface Session {
  /** 4 bytes; another salt makes another session of the same terms. */
  salt: Hex;
  /** First second. */
  validAfter: number;
  /** Last second, below 2^47. */
  validUntil: number;
  /** Wei, below 2^64. */
  maxFeePerGas: bigint;
  /** All gas limits of an operation together, below 2^32. */
  maxGasPerOperation: number;
  /** Operations; absent for no limit. */
  maxUses?: number;
  /** Gas limits of all operations together; absent for no limit. */
  maxGasTotal?: number;
  /** Seconds; set where, and only where, a cap is per period. */
  period?: number;
  /** Whose sponsorship is a must; "any" for any or none, absent for none at all. */
  paymaster?: Address | "any";
  /** ERC-7913: an EOA's address, or verifier and key. */
  signer: Hex;
  caps: readonly SessionCap[];
  actions: readonly SessionAction[];
}

/** At least one of `perCall`, `total` and `perPeriod`. All are below 2^96. */
export interface SessionCap {
  /** A token, or the zero address for the chain's own. */
  asset: Address;
  perCall?: bigint;
  total?: bigint;
  perPeriod?: bigint;
  /** An operation that takes more in total needs the owner's signature too. */
  coSignAbove?: bigint;
}

export interface SessionAction {
  target: Address;
  /** Absent for a call without data. */
  selector?: Hex;
  rules?: readonly SessionRule[];
}

export interface SessionRule {
  operator: keyof typeof ruleOperators;
  /** Word indices: all but the last are followed as offsets. [1] is the second argument. */
  path: readonly number[];
  /** 32 bytes each: two for a range, any number for oneOf, else one. */
  values: readonly Hex[];
  /** Compares the keccak-256 of the `bytes` or `string` at the path. */
  hashed?: boolean;
}

export const ruleOperators = {
  equal: 0,
  notEqual: 1,
  less: 2,
  atMost: 3,
  more: 4,
  atLeast: 5,
  range: 6,
  oneOf: 7,
} as const;
