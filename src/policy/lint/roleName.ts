import type { DesiredContract } from "../desired.ts";

/** A role as the policy calls it, else its id. */
export function roleName(manager: DesiredContract, id: bigint): string {
  return manager.roleNames?.[String(id)] ?? String(id);
}
