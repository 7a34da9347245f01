/** The proof of possession a key signs to be bound (EIP-712), as contracts/roles/KeyBindings.sol checks it. */
import type { Address, Hash, Hex } from "viem";
import type { Signer } from "../signers/types.ts";

export interface KeyProof {
  account: Address;
  provider: string;
  custody: Hash;
  /** 0 development, 1 staging, 2 production */
  tier: number;
  /** Seconds since the epoch. */
  rotateBy: number;
  nonce: number;
  /** Seconds since the epoch: the proof is void at and after it. */
  deadline: number;
}

export const TIERS = { development: 0, staging: 1, production: 2 } as const;

const types = {
  KeyProof: [
    { name: "account", type: "address" },
    { name: "provider", type: "string" },
    { name: "custody", type: "bytes32" },
    { name: "tier", type: "uint8" },
    { name: "rotateBy", type: "uint48" },
    { name: "nonce", type: "uint32" },
    { name: "deadline", type: "uint48" },
  ],
} as const;

export async function signKeyProof(
  signer: Signer,
  proof: KeyProof,
  domain: { chainId: number; manager: Address },
): Promise<Hex> {
  return signer.signTypedData({
    domain: {
      name: "Portcullis RoleManager",
      version: "1",
      chainId: domain.chainId,
      verifyingContract: domain.manager,
    },
    types,
    primaryType: "KeyProof",
    message: proof,
  });
}
