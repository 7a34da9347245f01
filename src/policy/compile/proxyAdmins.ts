/**
 * A transparent proxy creates its own ProxyAdmin, as its first contract: its address follows from the proxy's, so it
 * is known without asking, and it is part of what the policy wants.
 */
import { getContractAddress, parseAbi } from "viem";
import type { DesiredContract } from "../desired.ts";
import type { Problems } from "../problems.ts";

export const proxyAdminAbi = parseAbi([
  "function owner() view returns (address)",
  "function transferOwnership(address newOwner)",
  "function upgradeAndCall(address proxy, address implementation, bytes data) payable",
]);

/** EIP-161: a contract begins with the nonce 1. */
const FIRST_NONCE = 1n;

/** The contracts, those that are deployed behind transparent proxies with their ProxyAdmins. */
export function addProxyAdmins(contracts: readonly DesiredContract[], problems: Problems): DesiredContract[] {
  const names = new Set(contracts.map((contract) => contract.name));
  return contracts.flatMap((contract): DesiredContract[] => {
    const owner = contract.deployment?.proxy?.owner;
    if (contract.proxy === undefined || contract.deployment?.proxy?.kind !== "transparent" || !owner)
      return [contract];
    const name = `${contract.name}ProxyAdmin`;
    if (names.has(name))
      problems.add(
        ["contracts", name],
        `is what the ProxyAdmin of ${contract.name} is called`,
        "choose another name",
      );
    const admin = getContractAddress({ from: contract.address, nonce: FIRST_NONCE });
    return [
      { ...contract, proxy: { ...contract.proxy, admin } },
      {
        name,
        address: admin,
        codehash: null,
        proxyAdminOf: contract.name,
        ownable: { owner },
      },
    ];
  });
}
