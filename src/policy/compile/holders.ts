/**
 * Who holds what a constructor gives away. A contract that can be owned or administered first belongs to whoever its
 * code names, often the deployer; a policy that deploys it says who shall hold it, so that nobody has to guess.
 */
import { type Abi, toFunctionSignature, zeroHash } from "viem";
import type { Policy } from "../schema/policy.ts";
import type { CompileContext } from "./context.ts";
import { functionsOf } from "./functions.ts";

/** Only for contracts the policy deploys: what exists may be managed in part. */
export function checkHolders(
  { policy, problems }: CompileContext,
  name: string,
  contract: Policy["contracts"][string],
  abi: Abi,
): void {
  const at = ["contracts", name];
  const signatures = new Set(functionsOf(abi).map((f) => toFunctionSignature(f)));
  const what = contract.artifact ?? name;
  const holder = Object.keys(policy.timelocks)[0] ?? "timelock";

  const ownable = signatures.has("owner()") && signatures.has("transferOwnership(address)");
  // A manager that owns a contract calls it for the roles of the policy.
  const byManager = contract.manager !== undefined && !signatures.has("authority()");
  if (ownable && contract.ownable === undefined && !byManager) {
    const step = signatures.has("acceptOwnership()")
      ? `{ owner: "${holder}", twoStep: true }`
      : `"${holder}"`;
    problems.add(
      [...at, "ownable"],
      `is missing: ${what} has an owner, and nobody says who it shall be`,
      `write ownable: ${step}`,
    );
  }
  if (!ownable && contract.ownable !== undefined)
    problems.add([...at, "ownable"], `${what} has no owner`, "leave it away");

  const controlled = signatures.has("grantRole(bytes32,address)") && signatures.has("DEFAULT_ADMIN_ROLE()");
  const ruled = signatures.has("beginDefaultAdminTransfer(address)");
  const { roles = {}, defaultAdmin } = contract.accessControl ?? {};
  if (controlled && ruled && defaultAdmin === undefined) {
    problems.add(
      [...at, "accessControl", "defaultAdmin"],
      `is missing: ${what} has a default admin, and nobody says who it shall be`,
      `write accessControl: { roles: {}, defaultAdmin: { admin: "${holder}", delay: "2 days" } }`,
    );
  }
  if (controlled && !ruled && roles.DEFAULT_ADMIN_ROLE === undefined && roles[zeroHash] === undefined) {
    problems.add(
      [...at, "accessControl", "roles", "DEFAULT_ADMIN_ROLE"],
      `is missing: ${what} has admins, and nobody says who they shall be`,
      `write accessControl: { roles: { DEFAULT_ADMIN_ROLE: { members: ["${holder}"] } } }`,
    );
  }
  if (!controlled && contract.accessControl !== undefined)
    problems.add([...at, "accessControl"], `${what} is not AccessControl`, "leave it away");
}
