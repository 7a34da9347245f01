/** One suite's flows through Alto: in order, each reported, and the exit code set by whether all passed. */
import { existsSync } from "node:fs";
import { type AltoChain, prepareChain } from "./chain.ts";
import type { DevNode } from "./devNode.ts";
import { installAlto, type Programs, startPrograms } from "./programs.ts";

export type Flow = [name: string, run: () => Promise<void>];

/** @param title in the line of figures at the end */
export async function runFlows(
  title: string,
  node: DevNode,
  list: (chain: AltoChain, programs: Programs) => Flow[],
): Promise<void> {
  if (!existsSync("artifacts/contracts/accounts"))
    throw new Error('artifacts are missing: run "npx hardhat build --no-tests" first');
  installAlto();
  let chain: AltoChain | undefined;
  const programs = await startPrograms(node, async (url) => {
    chain = await prepareChain(url, node);
  });
  let [passed, failed] = [0, 0];
  try {
    for (const [name, run] of list(chain as AltoChain, programs)) {
      try {
        await run();
        passed += 1;
        console.log(`  ✔ ${name}`);
      } catch (error) {
        failed += 1;
        console.error(`  ✘ ${name}\n${(error as Error).stack}\n${programs.log()}`);
      }
    }
  } finally {
    programs.stop();
  }
  console.log(`${title}: ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
