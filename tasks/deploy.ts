/** `npx hardhat deploy`: from a policy file to contracts the deployer has no right over. */
import { deployPolicy } from "../src/deploy/deployPolicy.ts";
import { confirmNetwork } from "../src/plugin/confirmNetwork.ts";
import { createDeployContext } from "../src/plugin/deployContext.ts";
import { openProject } from "../src/plugin/project.ts";
import { resetDeployment } from "../src/plugin/reset.ts";
import type { TaskAction } from "./define.ts";

interface Arguments {
  policy: string;
  confirmNetwork: string;
  reset: boolean;
  dryRun: boolean;
}

const deploy: TaskAction<Arguments> = async (args, { hre, progress, confirm }) => {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  if (args.reset) await resetDeployment(hre);
  const project = await openProject(hre, { policy: args.policy, state: "any", report: progress });
  const context = createDeployContext(project, progress);
  const result = await deployPolicy(context, (desired) =>
    confirmNetwork(project, desired, args.confirmNetwork, confirm),
  );
  const { manifest, changed, power } = result;
  const where = project.embedded ? "the embedded chain" : project.network;
  const lines = [
    changed
      ? `Deployed "${manifest.policyName}" to ${where}; the deployer has no right left (block ${manifest.handover?.block ?? ""}).`
      : `Nothing to do: "${manifest.policyName}" is on ${where}, its code is as compiled, the deployer has no right.`,
    ...manifest.contracts.map(({ name, address }) => `  ${name.padEnd(12)} ${address}`),
    "",
    "Who can do what:",
    ...power.map((line) => `  ${line}`),
    "",
    project.embedded
      ? "This chain ends with this command. To keep one: `npx hardhat node` in another terminal, then `npx hardhat deploy --network localhost`."
      : `Next: npx hardhat roles plan --network ${project.network}`,
  ];
  return { data: result, text: lines.join("\n") };
};

export default deploy;
