/** `npx hardhat upgrade validate <contract> --to <Artifact>`: sends nothing. */
import { openProject } from "../../src/plugin/project.ts";
import { examineUpgrade } from "../../src/plugin/upgrade.ts";
import { formatValidation, requireSafeUpgrade } from "../../src/upgrades/validateUpgrade.ts";
import { quote } from "../commandLine.ts";
import type { TaskAction } from "../define.ts";
import { requireTarget } from "./requireArguments.ts";

interface Arguments {
  contract: string;
  to: string;
  policy: string;
}

const validate: TaskAction<Arguments> = async (args, { hre, progress, command }) => {
  requireTarget(args);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const project = await openProject(hre, { policy: args.policy });
  progress(`Comparing ${args.contract} on ${project.network} with ${args.to}`);
  const { validation } = await examineUpgrade(project, args);
  requireSafeUpgrade(validation);
  return {
    data: validation,
    text: `${formatValidation(validation)}\n${command(`Next: npx hardhat upgrade propose ${quote(args.contract)} --to ${quote(args.to)} --reason '…'`)}`,
  };
};

export default validate;
