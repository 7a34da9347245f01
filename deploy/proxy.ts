/** An upgradeable contract: the implementation, then an ERC-1967 proxy that is initialised in its own constructor. */
import type { Artifact } from "@nomicfoundation/ignition-core";
import { type ProxyName, proxyArtifacts } from "../src/deploy/proxyArtifacts.ts";
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
    ? m.contract("ERC1967Proxy", artifactOf("ERC1967Proxy"), [implementation, data], { id: contract.name })
    : m.contract(
        "TransparentUpgradeableProxy",
        artifactOf("TransparentUpgradeableProxy"),
        [implementation, ...link([proxy.owner]), data],
        { id: contract.name },
      );
};

function artifactOf(contractName: ProxyName): Artifact {
  const { sourceName, abi, bytecode, deployedBytecode } = proxyArtifacts[contractName];
  return {
    _format: "hh3-artifact-1",
    contractName,
    sourceName,
    abi: [...abi],
    bytecode,
    deployedBytecode,
    linkReferences: {},
    deployedLinkReferences: {},
  };
}
