/** The key that deploys: the policy's signer of that name. */
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";
import type { Signer } from "../signers/types.ts";
import type { DeployContext } from "./types.ts";

const DEPLOYER = "deployer";

/** Throws `DEPLOYER_UNKNOWN`. */
export async function openDeployer(
  context: Pick<DeployContext, "signers">,
  desired: Desired,
): Promise<Signer> {
  if (context.signers.names().includes(DEPLOYER)) return context.signers.get(DEPLOYER);
  throw new PortcullisError(
    "DEPLOYER_UNKNOWN",
    `The policy "${desired.policyName}" names no signer "${DEPLOYER}"`,
    {
      hint: `declare it: signers: { ${DEPLOYER}: { provider: "keystore", … } }`,
      details: { signers: desired.signers.map((s) => s.name) },
    },
  );
}
