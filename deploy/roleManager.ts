/**
 * The role manager. Its constructor sets roles, grants and delays, which are in force from the first block. Until the
 * hand-over the deployer is an admin beside the declared ones, and a registrar while key bindings are to be confirmed.
 */
import { type Address, isAddressEqual } from "viem";
import type { DeployFamily } from "./portcullis.ts";

const ADMIN_ROLE = 0n;

export const deployRoleManager: DeployFamily = ({ m, contract, deployment, link, after, temporary }) => {
  const state = contract.manager;
  if (state === undefined) throw new Error(`${contract.name} is not a manager`);
  const { deployer, until } = temporary;
  const isDeployer = (account: Address) => isAddressEqual(account, deployer);
  const configs = state.roles.map((role) => ({
    id: role.id,
    admin: role.admin,
    guardian: role.guardian,
    grantDelay: role.grantDelay.current,
    keyBound: role.keyBound,
    label: role.label ?? "",
  }));
  const grants = state.roles.flatMap((role) =>
    role.members
      // It cannot wait while it deploys: its own delay as an admin, where it stays one, comes with the hand-over.
      .filter(({ account }) => role.id !== ADMIN_ROLE || !isDeployer(account))
      .map((member) => ({
        roleId: role.id,
        account: member.account,
        executionDelay: member.delay.current,
        until: member.until,
      })),
  );
  const helpers = temporary
    .roles(contract)
    .map((roleId) => ({ roleId, account: deployer, executionDelay: 0n, until }));
  return m.contract(deployment.artifact, link([[deployer], configs, [...grants, ...helpers]]), {
    id: contract.name,
    after,
  });
};
