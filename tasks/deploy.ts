/** `npx hardhat deploy`: from a policy file to contracts the deployer has no right over. */
import { deployPolicy } from "../src/deploy/deployPolicy.ts";
import { previewDeployment } from "../src/deploy/previewDeployment.ts";
import { confirmNetwork } from "../src/plugin/confirmNetwork.ts";
import { createDeployContext } from "../src/plugin/deployContext.ts";
import { openProject } from "../src/plugin/project.ts";
import { resetDeployment } from "../src/plugin/reset.ts";
import { formatShown, showSources } from "../src/plugin/showSources.ts";
import type { TaskAction } from "./define.ts";

interface Arguments {
  policy: string;
  confirmNetwork: string;
  reset: boolean;
  dryRun: boolean;
}

const deploy: TaskAction<Arguments> = async (args, { hre, progress, confirm, command }) => {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  if (args.reset && !args.dryRun) await resetDeployment(hre);
  const account: string[] = [];
  const report = (line: string) => {
    account.push(line);
    progress(line);
  };
  const project = await openProject(hre, { policy: args.policy, state: "any", report });
  // Where the network was named in so many words, or is a team's own, the deployment was agreed to as a whole.
  const agreed = args.confirmNetwork === project.network || project.desired.tier === "development";
  const context = createDeployContext(project, report, async (question) => agreed || confirm(question));
  if (args.dryRun) {
    const steps = await previewDeployment(context);
    return {
      data: { steps },
      text: ["Would:", ...steps.map((step) => `  ${step}`), "Nothing was sent."].join("\n"),
    };
  }
  const result = await deployPolicy(context, (desired) =>
    confirmNetwork(project, desired, args.confirmNetwork, confirm),
  );
  const sources = await showSources(project, context, result.manifest);
  const { manifest, changed, power } = result;
  const where = project.embedded ? "the embedded chain" : project.network;
  const width = Math.max(12, ...manifest.contracts.map(({ name }) => name.length));
  const lines = [
    // On a terminal it was read while it happened.
    ...(process.stderr.isTTY ? [] : account),
    changed
      ? `Deployed "${manifest.policyName}" to ${where}; the deployer has no right left (block ${manifest.handover?.block ?? ""}).`
      : `Nothing to do: "${manifest.policyName}" is on ${where}, its code is as compiled, the deployer has no right.`,
    ...manifest.contracts.map(({ name, address }) => `  ${name.padEnd(width)} ${address}`),
    "",
    "Who can do what:",
    ...power.map((line) => `  ${line}`),
    ...formatShown(sources),
    "",
    project.embedded
      ? "This chain ends with this command. To keep one: `npx hardhat node` in another terminal, then `npx hardhat deploy --network localhost`."
      : command("Next: npx hardhat roles plan"),
  ];
  return { data: { ...result, sources, account }, text: lines.join("\n") };
};

export default deploy;
