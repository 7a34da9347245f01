/** A contract of its own: tokens, anything whose whole configuration is its constructor. */
import type { DeployFamily } from "./portcullis.ts";

export const deployContract: DeployFamily = ({ m, contract, deployment, link, after }) =>
  m.contract(deployment.artifact, link(deployment.args), { id: contract.name, after });
