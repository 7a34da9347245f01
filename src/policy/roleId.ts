/** Role ids of a manager. */
import { hexToBigInt, keccak256, slice, toHex } from "viem";

export const ADMIN_ROLE = 0n;
export const PUBLIC_ROLE = 2n ** 64n - 1n;

/**
 * The last 8 bytes of keccak256("portcullis.role." + name) without their top bit: ADMIN and PUBLIC cannot be met.
 * RoleManager has its registrar and its pauser from the same formula.
 */
export function deriveRoleId(name: string): bigint {
  return hexToBigInt(slice(keccak256(toHex(`portcullis.role.${name}`)), 24)) & (2n ** 63n - 1n);
}
