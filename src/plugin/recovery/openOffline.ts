/** Names and keys of a policy, without a node and without a build: what a guardian needs to sign. */
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { manifestAddresses, readManifest } from "../../deploy/manifest.ts";
import { PortcullisError } from "../../errors.ts";
import { compileKeys, type PolicyKeys } from "../../policy/compileKeys.ts";
import { loadPolicy } from "../../policy/index.ts";
import { openSigners } from "../../signers/open.ts";
import type { Signers } from "../../signers/types.ts";
import { openDiskFiles } from "../files.ts";
import { DEFAULT_POLICY } from "../project.ts";
import { createSignerContext } from "../signerContext.ts";

export interface OfflineKeys extends Pick<PolicyKeys, "book" | "safes"> {
  signers: Signers;
}

/**
 * Where a manifest of the network is at hand, its addresses have names too.
 *
 * @param policy path; empty: the manifest's, or the example
 * @throws PortcullisError NETWORK_UNKNOWN where the policy has no network of this chain
 */
export async function openOffline(
  hre: HardhatRuntimeEnvironment,
  policy: string,
  chainId: number,
): Promise<OfflineKeys> {
  const { root } = hre.config.paths;
  const asked = hre.globalOptions.network;
  const manifestOf = (network: string) => readManifest(openDiskFiles(join(root, "deployments", network)));
  const path = policy || (asked && (await manifestOf(asked))?.policy) || DEFAULT_POLICY;
  const input = await loadPolicy(path, root);
  const named = Object.entries(input.networks ?? {}).filter(([, { chain }]) => chain === chainId);
  const candidates = named.map(([name]) => name).sort((a, b) => Number(b === asked) - Number(a === asked));
  for (const network of candidates) {
    const manifest = await manifestOf(network);
    if (manifest === undefined && network !== asked && network !== candidates.at(-1)) continue;
    const { book, safes, signers } = compileKeys(input, { network, addresses: manifestAddresses(manifest) });
    return { book, safes, signers: await openSigners(signers, createSignerContext(hre, chainId)) };
  }
  throw new PortcullisError("NETWORK_UNKNOWN", `The policy has no network of chain ${chainId}`, {
    hint: "add --policy with the one that declares the account",
    details: { chainId },
  });
}
