/**
 * The accounts' operations under a bundler's own ERC-7562 checks: Alto in safe mode before geth, whose tracer those
 * checks need, on EntryPoint v0.7 and v0.9: `npm run test:alto:safe`. geth is not npm's: where the PATH lacks it, so
 * says the one line that is printed.
 */
import { listFlowsOfBoth } from "./bundler/flows.ts";
import { findGeth } from "./bundler/gethNode.ts";
import { listRuleFlows } from "./bundler/ruleFlows.ts";
import { runFlows } from "./bundler/runFlows.ts";

const INSTALL = "go install github.com/ethereum/go-ethereum/cmd/geth@v1.15.11";

const geth = findGeth();
if (geth)
  await runFlows("alto in safe mode", geth, (chain, { bundler }) => [
    ...listRuleFlows(chain, bundler),
    ...listFlowsOfBoth(chain, bundler),
  ]);
else console.log(`alto in safe mode: not run, as geth is absent here: ${INSTALL}`);
