/** A deployment is finished as it was begun: by the same deployer, with the same policy. */
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";
import type { Signer } from "../signers/types.ts";
import type { Manifest } from "./manifest.ts";
import type { Progress } from "./progress.ts";

/** Throws `DEPLOYER_CHANGED`, `POLICY_CHANGED`. */
export function requireSame(
  manifest: Manifest | undefined,
  progress: Progress | undefined,
  desired: Desired,
  deployer: Signer,
): void {
  const other = progress !== undefined && progress.deployer !== deployer.address;
  const changed = (progress ?? manifest)?.policyHash;
  if (other) {
    throw new PortcullisError(
      "DEPLOYER_CHANGED",
      `This deployment was begun by ${progress.deployer}, which is still in power; the policy now names ${deployer.address}`,
      {
        hint: "finish it with the deployer it was begun with",
        details: { begun: progress.deployer, now: deployer.address },
      },
    );
  }
  if (changed === undefined || changed === desired.policyHash) return;
  if (progress !== undefined) {
    throw new PortcullisError(
      "POLICY_CHANGED",
      "The policy changed since this deployment was begun, and the deployer is still in power",
      {
        hint: "finish it with the policy it was begun with (git log -- the policy file), then change it by npx hardhat roles plan",
        details: { begun: changed, now: desired.policyHash },
      },
    );
  }
  if (desired.unresolved.length > 0) return;
  throw new PortcullisError(
    "POLICY_CHANGED",
    "The policy changed since it was deployed; changes go through its own admins",
    {
      hint: "`npx hardhat roles plan`, then `npx hardhat roles apply`",
      details: { deployed: changed, now: desired.policyHash },
    },
  );
}
