/** Which Safe a singleton is: the code behind a Safe decides everything about it, and answers VERSION as it likes. */
import { getSafeL2SingletonDeployments, getSafeSingletonDeployments } from "@safe-global/safe-deployments";
import type { Address } from "viem";
import { safeInfrastructure, safeVersion } from "./infrastructure.ts";

const VERSIONS = ["1.0.0", "1.1.1", "1.2.0", "1.3.0", "1.4.1", "1.5.0"] as const;

/** By chain: versions by lower-case address. The registry is long, and the question is asked at every step of a plan. */
const known = new Map<number, ReadonlyMap<string, string>>();

/**
 * The version that Safe published at this address, on this chain or at the addresses that are the same on every chain
 * (a fork of one is a chain of another number). Undefined: not one of Safe's.
 */
export function publishedSingleton(chainId: number, singleton: Address): string | undefined {
  const versions = known.get(chainId) ?? singletonsOf(chainId);
  known.set(chainId, versions);
  return versions.get(singleton.toLowerCase());
}

function singletonsOf(chainId: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const version of VERSIONS) {
    for (const find of [getSafeSingletonDeployments, getSafeL2SingletonDeployments]) {
      const deployments = find({ version });
      if (deployments === undefined) continue;
      const { canonical, eip155 } = deployments.deployments;
      const here = deployments.networkAddresses[String(chainId)] ?? [];
      for (const address of [canonical?.address, eip155?.address, ...[here].flat()])
        if (address !== undefined) found.set(address.toLowerCase(), version);
    }
  }
  for (const address of localSingletons(chainId)) found.set(address.toLowerCase(), safeVersion);
  return found;
}

function localSingletons(chainId: number): Address[] {
  if (chainId !== 31337 && chainId !== 1337) return [];
  const { contracts } = safeInfrastructure(chainId);
  return [contracts.safe, contracts.safeL2];
}
