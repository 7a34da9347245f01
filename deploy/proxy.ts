/** An upgradeable contract: the implementation, then an ERC-1967 proxy that is initialised in its own constructor. */
import type { DeployFamily } from "./portcullis.ts";

export const deployProxy: DeployFamily = ({ m, contract, deployment, link, after }) => {
  const { proxy } = deployment;
  if (proxy === undefined) throw new Error(`${contract.name} is not a proxy`);
  const implementation = m.contract(deployment.artifact, link(deployment.args), {
    id: `${contract.name}_implementation`,
    after,
  });
  // Called in the proxy's constructor: nobody can come first.
  const data =
    proxy.initializer === undefined
      ? "0x"
      : m.encodeFunctionCall(implementation, proxy.initializer, link(proxy.initializerArgs), {
          id: `${contract.name}_initializer`,
        });
  return proxy.kind === "uups"
    ? m.contract("ERC1967Proxy", [implementation, data], { id: contract.name })
    : m.contract("TransparentUpgradeableProxy", [implementation, ...link([proxy.owner]), data], {
        id: contract.name,
      });
};
