/** Role ids of a manager. */
import { keccak256, toHex } from "viem";

export const ADMIN_ROLE = 0n;
export const PUBLIC_ROLE = 2n ** 64n - 1n;

/** The low 63 bits of keccak256("portcullis.role." + name): ADMIN and PUBLIC cannot be met. */
export function deriveRoleId(name: string): bigint {
  return BigInt(keccak256(toHex(`portcullis.role.${name}`))) & (2n ** 63n - 1n);
}
