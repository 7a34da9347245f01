/** Who signs for an account or a session, as ERC-7913 names them: 20 bytes of a key's address, or verifier and key. */
import type { Hash, Hex, TypedDataDefinition } from "viem";

export interface AccountSigner {
  /** ERC-7913. */
  readonly signer: Hex;
  /** As long as a real one and as dear to check, for estimates. */
  readonly stubSignature: Hex;
  /** What checking a real signature takes beyond the stub's, where that cannot be made to go all the way. */
  readonly unmeasuredGas?: bigint;
  signTypedData(data: TypedDataDefinition): Promise<Hex>;
  /** Absent where a key signs nothing that it cannot read. */
  signHash?(hash: Hash): Promise<Hex>;
}
