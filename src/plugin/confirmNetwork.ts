/** Money and names are at stake on a public network: it has to be meant, in so many words. */
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";
import type { Project } from "./project.ts";
import { stopped } from "./stopped.ts";

/**
 * On development networks nothing is asked. Elsewhere the network is named again (`--confirm-network sepolia`), or a
 * person says yes to it. Throws `NETWORK_UNCONFIRMED`, `STOPPED`.
 */
export async function confirmNetwork(
  project: Pick<Project, "network" | "chainId">,
  desired: Desired,
  named: string,
  confirm: (question: string) => Promise<boolean>,
): Promise<void> {
  if (desired.tier === "development") return;
  const { network, chainId } = project;
  if (named === network) return;
  if (named !== "") throw unconfirmed(network, chainId, `--confirm-network says "${named}"`);
  if (!process.stdin.isTTY) throw unconfirmed(network, chainId, "nobody confirmed it");
  const contracts = desired.contracts.filter((c) => c.deployment !== undefined).map((c) => c.name);
  const question = `Deploy ${contracts.join(", ")} to ${network} (chain ${chainId}, ${desired.tier})?`;
  if (!(await confirm(question))) stopped();
}

function unconfirmed(network: string, chainId: number, why: string): PortcullisError {
  return new PortcullisError(
    "NETWORK_UNCONFIRMED",
    `Not deployed to "${network}" (chain ${chainId}): ${why}`,
    {
      hint: `npx hardhat deploy --network ${network} --confirm-network ${network}`,
      details: { network, chainId },
    },
  );
}
