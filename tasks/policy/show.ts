import { openPolicy } from "../../src/plugin/openPolicy.ts";
import { compilePolicy } from "../../src/policy/index.ts";
import { showPolicy } from "../../src/policy/show/showPolicy.ts";
import type { TaskAction } from "../define.ts";

/** Without --network the first network of the policy is shown; deployed addresses are in the manifest, not here. */
const show: TaskAction<{ policy: string }> = async ({ policy }, { hre }) => {
  const { network } = hre.globalOptions;
  const { input, artifacts } = await openPolicy(hre, policy, network === undefined ? undefined : [network]);
  const chosen = network ?? Object.keys(input.networks)[0] ?? "hardhat";
  const desired = compilePolicy(input, { network: chosen, artifacts, unresolved: "placeholder" });
  return { data: desired, text: showPolicy(desired) };
};

export default show;
