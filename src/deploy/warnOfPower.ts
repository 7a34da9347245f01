/** Until a deployment is proved the deployer is in power, and nobody may overlook it. */
import type { Address } from "viem";
import { PortcullisError } from "../errors.ts";
import type { DeployContext } from "./types.ts";

export function unfinished(network: string, deployer: Address): string {
  return `ATTENTION: an earlier deployment to ${network} did not finish; until this run ends the deployer ${deployer} is in power`;
}

/** These say themselves who holds what. */
const EXACT: readonly string[] = ["HANDOVER_UNPROVED", "HANDOVER_PENDING", "DEPLOYMENT_DIFFERS"];

/** Whatever went wrong: nobody may overlook that the deployer still holds rights. */
export async function warnOfPower(
  context: Pick<DeployContext, "sender" | "report">,
  deployer: Address,
  error: unknown,
): Promise<unknown> {
  const begun = (await context.sender.list().catch(() => [])).length > 0;
  if (!begun) return error;
  if (error instanceof PortcullisError && EXACT.includes(error.code)) return error;
  const notice = `ATTENTION: the deployer ${deployer} may still be in power`;
  context.report(notice);
  if (!(error instanceof PortcullisError)) return error;
  return new PortcullisError(error.code, `${error.message}. ${notice}`, {
    hint: `${error.hint}; then run \`npx hardhat deploy\` again until it says the deployer has no right left`,
    details: { ...error.details, deployer },
    cause: error.cause,
  });
}
