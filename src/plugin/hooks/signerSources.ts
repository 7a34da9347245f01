/** What a network signs with: its own list, or the signers and fees of the policy it names. */
import type { NetworkConfig } from "hardhat/types/config";
import { PortcullisError } from "../../errors.ts";
import type { SignerSource } from "../../policy/desired.ts";
import { loadPolicy } from "../../policy/index.ts";
import { collectPolicy } from "../../policy/parse.ts";
import { Problems } from "../../policy/problems.ts";
import { fees as feesSchema } from "../../policy/schema/settings.ts";
import type { FeePolicy } from "../../transactions/types.ts";

export interface Signing {
  sources: readonly SignerSource[];
  fees: FeePolicy;
}

/** Throws `FEES_INVALID`, and what loading a policy throws. */
export async function readSigning(
  { signers, fees }: Pick<NetworkConfig, "signers" | "fees">,
  root: string,
  network: string,
): Promise<Signing> {
  if (typeof signers !== "string") return { sources: signers ?? [], fees: readFees(fees ?? {}, network) };
  const input = await loadPolicy(signers, root);
  const problems = new Problems();
  const policy = collectPolicy(input, network in input.networks ? network : "hardhat", problems);
  problems.refuse(policy.name);
  return {
    sources: Object.values(policy.signers),
    fees: fees === undefined ? (policy.fees as FeePolicy) : readFees(fees, network),
  };
}

function readFees(written: unknown, network: string): FeePolicy {
  const result = feesSchema.safeParse(written);
  if (result.success) return result.data as FeePolicy;
  const issue = result.error.issues[0];
  const path = ["networks", network, "fees", ...(issue?.path ?? [])].join(".");
  throw new PortcullisError(
    "FEES_INVALID",
    `${path} in hardhat.config.ts: ${issue?.message ?? "does not fit"}`,
    {
      hint: 'write it as in a policy: fees: { speed: "normal", maxFeePerGas: "50 gwei" }',
      details: { path },
    },
  );
}
