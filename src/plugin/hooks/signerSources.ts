/** `networks.<n>.signers`: a list, or the path of the policy whose signers they are. */

import type { SignerSource } from "../../policy/desired.ts";
import { loadPolicy } from "../../policy/index.ts";
import { collectPolicy } from "../../policy/parse.ts";
import { Problems } from "../../policy/problems.ts";

export async function readSources(
  signers: readonly SignerSource[] | string,
  root: string,
  network: string,
): Promise<readonly SignerSource[]> {
  if (typeof signers !== "string") return signers;
  const input = await loadPolicy(signers, root);
  const problems = new Problems();
  const policy = collectPolicy(input, network in input.networks ? network : "hardhat", problems);
  problems.refuse(policy.name);
  return Object.values(policy.signers);
}
