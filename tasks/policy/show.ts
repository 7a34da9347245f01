import { join } from "node:path";
import { manifestAddresses, readManifest } from "../../src/deploy/manifest.ts";
import { openDiskFiles } from "../../src/plugin/files.ts";
import { openPolicy } from "../../src/plugin/openPolicy.ts";
import { compilePolicy } from "../../src/policy/index.ts";
import { showPolicy } from "../../src/policy/show/showPolicy.ts";
import type { TaskAction } from "../define.ts";

/** No chain is asked: what was deployed on --network is in its manifest. Without it the policy's first network is shown. */
const show: TaskAction<{ policy: string }> = async ({ policy }, { hre }) => {
  const { network } = hre.globalOptions;
  const folder = join(hre.config.paths.root, "deployments", network ?? "");
  const manifest = network === undefined ? undefined : await readManifest(openDiskFiles(folder));
  const { input, artifacts } = await openPolicy(
    hre,
    policy || (manifest?.policy ?? ""),
    network === undefined ? undefined : [network],
  );
  const chosen = network ?? Object.keys(input.networks)[0] ?? "hardhat";
  const desired = compilePolicy(input, {
    network: chosen,
    artifacts,
    addresses: manifestAddresses(manifest),
    unresolved: "placeholder",
  });
  return { data: desired, text: showPolicy(desired) };
};

export default show;
