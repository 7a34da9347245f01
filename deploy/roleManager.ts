/**
 * The role manager. Its constructor sets roles, grants and delays, which are in force from the first block. Until the
 * hand-over the deployer is an admin beside the declared ones, and a registrar while key bindings are to be confirmed.
 */
import type { DeployFamily } from "./portcullis.ts";

const ADMIN_ROLE = 0n;

export const deployRoleManager: DeployFamily = ({ m, contract, deployment, link, after, temporary }) => {
  const state = contract.manager;
  if (state === undefined) throw new Error(`${contract.name} is not a manager`);
  const admins =
    state.roles.find((role) => role.id === ADMIN_ROLE)?.members.map((member) => member.account) ?? [];
  const roles = state.roles.filter((role) => role.id !== ADMIN_ROLE);
  const configs = roles.map((role) => ({
    id: role.id,
    admin: role.admin,
    guardian: role.guardian,
    grantDelay: role.grantDelay.current,
    keyBound: role.keyBound,
    label: role.label ?? "",
  }));
  const grants = roles.flatMap((role) =>
    role.members.map((member) => ({
      roleId: role.id,
      account: member.account,
      executionDelay: member.delay.current,
      until: member.until,
    })),
  );
  const { deployer, until } = temporary;
  const helpers = temporary
    .roles(contract)
    .map((roleId) => ({ roleId, account: deployer, executionDelay: 0n, until }));
  return m.contract(deployment.artifact, link([[...admins, deployer], configs, [...grants, ...helpers]]), {
    id: contract.name,
    after,
  });
};
