/**
 * Our accounts through a real bundler: npm's Alto before anvil, on EntryPoint v0.7 and v0.9: `npm run test:alto`.
 * Alto is GPL-3.0 and large, so it has a folder and a lock file of its own, and is only ever started.
 */
import { existsSync } from "node:fs";
import { type AltoChain, prepareChain } from "./bundler/chain.ts";
import { listCommandFlows } from "./bundler/commandFlows.ts";
import { listFlows } from "./bundler/flows.ts";
import { installAlto, startPrograms } from "./bundler/programs.ts";

if (!existsSync("artifacts/contracts/accounts"))
  throw new Error('artifacts are missing: run "npx hardhat build --no-tests" first');
const absent = installAlto();
if (absent === undefined) await runSuite();
else console.log(`alto: not run, as ${absent} is absent here`);

async function runSuite(): Promise<void> {
  let chain: AltoChain | undefined;
  const programs = await startPrograms(async (url) => {
    chain = await prepareChain(url);
  });
  let [passed, failed] = [0, 0];
  try {
    const flows = (["0.9", "0.7"] as const).flatMap((version) =>
      listFlows(chain as AltoChain, programs.bundler, version).map(
        ([name, run]) => [`v${version} ${name}`, run] as const,
      ),
    );
    for (const [title, run] of [...flows, ...listCommandFlows(chain as AltoChain, programs)]) {
      try {
        await run();
        passed += 1;
        console.log(`  ✔ ${title}`);
      } catch (error) {
        failed += 1;
        console.error(`  ✘ ${title}\n${(error as Error).stack}\n${programs.log()}`);
      }
    }
  } finally {
    programs.stop();
  }
  console.log(`alto: ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
