/**
 * Our accounts through a real bundler: npm's Alto before anvil, on EntryPoint v0.7 and v0.9: `npm run test:alto`.
 * Alto is GPL-3.0 and large, so it has a folder and a lock file of its own, and is only ever started.
 */
import { findAnvil } from "./bundler/anvilNode.ts";
import { listCommandFlows } from "./bundler/commandFlows.ts";
import { listFlowsOfBoth } from "./bundler/flows.ts";
import { runFlows } from "./bundler/runFlows.ts";

const anvil = findAnvil();
if (anvil)
  await runFlows("alto", anvil, (chain, programs) => [
    ...listFlowsOfBoth(chain, programs.bundler),
    ...listCommandFlows(chain, programs),
  ]);
else
  console.log(
    "alto: not run, as anvil (npm's @foundry-rs/anvil-linux-amd64 is for Linux on x64) is absent here",
  );
