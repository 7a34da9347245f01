/**
 * The role manager. Its constructor sets roles, grants and delays, which are in force from the first block. Until the
 * hand-over the deployer is an admin beside the declared ones, and a registrar while key bindings are to be confirmed.
 */
import type { ArgumentType, ContractFuture } from "@nomicfoundation/ignition-core";
import type { ModuleContext } from "./portcullis.ts";

export function deployRoleManager({
  m,
  contract,
  args,
  after,
  deployer,
}: ModuleContext): ContractFuture<string> {
  const [admins, roles, grants] = args as [ArgumentType[], ArgumentType[], ArgumentType[]];
  const temporary = (contract.temporaryRoles ?? []).map((roleId) => ({
    roleId,
    account: deployer,
    executionDelay: 0,
    until: contract.temporaryUntil ?? 0n,
  }));
  return m.contract(contract.artifact, [[...admins, deployer], roles, [...grants, ...temporary]], {
    id: contract.name,
    after,
  });
}
