/** What a call's bytes say, all the way down. */
import type { AbiFunction } from "viem";
import type { Call } from "../types.ts";

/** A call with how it is made: a delegatecall runs the target's code with the caller's own power and storage. */
export interface CallBytes extends Call {
  delegatecall?: boolean;
}

export interface DecodedCall {
  call: CallBytes;
  kind:
    | "function"
    /** ETH only. */
    | "transfer"
    /** The selector is not of the target's ABI, or there is no ABI. The raw bytes are all that is known. */
    | "unknown"
    /** The selector is known, and the bytes behind it are no arguments for it. */
    | "undecodable";
  function?: { item: AbiFunction; args: readonly unknown[] };
  /**
   * Where the meaning of the selector comes from. `standard`: the target's ABI is not known, and a standard interface
   * (named in `standard`) has this function: what the target does with it is not proved.
   */
  source?: "abi" | "standard";
  standard?: string;
  /** Calls that this one carries, in order. */
  inner: readonly InnerCall[];
  warnings: readonly Warning[];
}

export interface InnerCall {
  /** How it is carried: `schedules`, `executes`, `batch 1 of 2`, `initializes`. */
  role: string;
  decoded: DecodedCall;
}

export interface Warning {
  /** `danger`: someone may lose power or funds by signing this unread. */
  severity: "danger" | "notice";
  code:
    | "DELEGATECALL"
    | "NOT_CANONICAL"
    | "UNDECODABLE"
    | "UNKNOWN_SELECTOR"
    | "UNKNOWN_TARGET"
    | "STANDARD_ONLY"
    | "GAS_REFUND"
    | "TOO_DEEP"
    | "TOO_LARGE"
    | "MULTISEND_MALFORMED";
  message: string;
}
