/** The explorers a policy names, with their keys from configuration variables. */
import { createEtherscan } from "../deploy/verification/etherscan.ts";
import { createSourcify } from "../deploy/verification/sourcify.ts";
import type { Explorer, Fetch } from "../deploy/verification/types.ts";
import type { Project } from "./project.ts";
import { readVariable } from "./signerContext.ts";

const ETHERSCAN = "https://api.etherscan.io/v2/api";

export async function openExplorers(project: Project, fetch: Fetch = globalThis.fetch): Promise<Explorer[]> {
  const { etherscan, blockscout, sourcify } = project.desired.verification;
  const explorers: Explorer[] = [];
  if (etherscan !== undefined) {
    const apiKey = await readVariable(project.hre, etherscan.apiKey);
    explorers.push(
      createEtherscan({ name: "etherscan", url: `${ETHERSCAN}?chainid=${project.chainId}`, apiKey }, fetch),
    );
  }
  if (blockscout !== undefined)
    explorers.push(
      createEtherscan({ name: "blockscout", url: `${blockscout.url.replace(/\/$/, "")}/api` }, fetch),
    );
  if (sourcify !== undefined) explorers.push(createSourcify(sourcify.url.replace(/\/$/, ""), fetch));
  return explorers;
}
