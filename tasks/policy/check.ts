import { openPolicy } from "../../src/plugin/openPolicy.ts";
import { checkPolicy } from "../../src/policy/check/checkPolicy.ts";
import { formatCheck } from "../../src/policy/check/formatCheck.ts";
import type { TaskAction } from "../define.ts";

const check: TaskAction<{ policy: string }> = async ({ policy }, { hre }) => {
  const { network } = hre.globalOptions;
  const networks = network === undefined ? {} : { networks: [network] };
  const { input, artifacts } = await openPolicy(hre, policy, networks.networks);
  const now = BigInt(Math.floor(Date.now() / 1000));
  const checked = checkPolicy(input, { artifacts, now, ...networks });
  return { data: checked, text: formatCheck(checked), exitCode: checked.clean ? 0 : 2 };
};

export default check;
