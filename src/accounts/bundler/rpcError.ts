/** What a bundler answers instead of a result: ERC-4337's JSON-RPC codes, with a readable reason. */
import type { Hex } from "viem";

export const bundlerCodes = {
  rejectedByAccount: -32500,
  rejectedByPaymaster: -32501,
  outOfTimeRange: -32503,
  unsupportedAggregator: -32506,
  wrongSignature: -32507,
  callReverted: -32521,
  methodNotFound: -32601,
  invalidParams: -32602,
} as const;

/** An EIP-1193 provider's error: viem and others carry `code` and `data` on. */
export class BundlerError extends Error {
  override readonly name = "BundlerError";
  readonly code: number;
  readonly data: { reason?: Hex };

  /** @param reason what the account, the paymaster or the entry point reverted with */
  constructor(code: keyof typeof bundlerCodes, message: string, reason?: Hex) {
    super(message);
    this.code = bundlerCodes[code];
    this.data = reason === undefined ? {} : { reason };
  }
}
