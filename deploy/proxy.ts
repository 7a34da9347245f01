/** An upgradeable contract: the implementation, then an ERC-1967 proxy that is initialised in its own constructor. */
import type { ContractFuture } from "@nomicfoundation/ignition-core";
import type { ModuleContext } from "./portcullis.ts";

export function deployProxy({ m, contract, args, after }: ModuleContext): ContractFuture<string> {
  const { proxy } = contract;
  if (proxy === undefined) throw new Error(`${contract.name} is not a proxy`);
  const implementation = m.contract(contract.artifact, args, {
    id: `${contract.name}_implementation`,
    after,
  });
  // Called in the proxy's constructor: nobody can come first.
  const data = m.encodeFunctionCall(implementation, proxy.initializer, proxy.initializerArgs, {
    id: `${contract.name}_initializer`,
  });
  return proxy.kind === "uups"
    ? m.contract("ERC1967Proxy", [implementation, data], { id: contract.name })
    : m.contract("TransparentUpgradeableProxy", [implementation, proxy.owner, data], { id: contract.name });
}
