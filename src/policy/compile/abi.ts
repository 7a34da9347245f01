/** The ABI of a contract: its artifact's, or what the policy writes in words. */
import { type Abi, parseAbi } from "viem";
import type { Problems } from "../problems.ts";
import type { Policy } from "../schema/policy.ts";
import { nearestName } from "../text/nearest.ts";

export function parseContractAbi(
  name: string,
  { artifact, abi }: Policy["contracts"][string],
  artifacts: Readonly<Record<string, { abi: Abi }>>,
  problems: Problems,
): Abi | undefined {
  if (artifact !== undefined) {
    const found = artifacts[artifact];
    if (found !== undefined) return found.abi;
    const nearest = nearestName(artifact, Object.keys(artifacts));
    problems.add(
      ["contracts", name, "artifact"],
      `no contract "${artifact}" is compiled`,
      nearest === undefined
        ? "write the contract's name as in its source, and run: npx hardhat build"
        : `did you mean "${nearest}"?`,
    );
    return undefined;
  }
  if (abi === undefined) return undefined;
  try {
    return parseAbi(abi as readonly string[]) as Abi;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    problems.add(["contracts", name, "abi"], reason, 'write signatures as in Solidity: "function pause()"');
    return undefined;
  }
}
