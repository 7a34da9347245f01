/** Names and keys of a policy, without a node: what a guardian needs to sign. */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { compilePolicy } from "../../policy/index.ts";
import { openSigners } from "../../signers/open.ts";
import type { Signers } from "../../signers/types.ts";
import { openPolicy } from "../openPolicy.ts";
import { createSignerContext } from "../signerContext.ts";

/** @throws PortcullisError NETWORK_UNKNOWN where the policy has no network of this chain */
export async function openOffline(
  hre: HardhatRuntimeEnvironment,
  policy: string,
  chainId: number,
): Promise<{ book: AddressBook; signers: Signers }> {
  const { input } = await openPolicy(hre, policy, []);
  const networks = Object.entries(input.networks ?? {}).filter(([, { chain }]) => chain === chainId);
  const asked = networks.find(([name]) => name === hre.globalOptions.network);
  const [network] = asked ?? networks[0] ?? [];
  if (network === undefined)
    throw new PortcullisError("NETWORK_UNKNOWN", `The policy has no network of chain ${chainId}`, {
      hint: "add --policy with the one that declares the account",
      details: { chainId },
    });
  const { artifacts } = await openPolicy(hre, policy, [network]);
  const { book, signers } = compilePolicy(input, {
    network,
    artifacts,
    unresolved: "placeholder",
  });
  return { book, signers: await openSigners(signers, createSignerContext(hre, chainId)) };
}
