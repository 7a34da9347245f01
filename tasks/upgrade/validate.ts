/** `npx hardhat upgrade validate <contract> --to <Artifact>`: sends nothing. */
import { openProject } from "../../src/plugin/project.ts";
import { examineUpgrade } from "../../src/plugin/upgrade.ts";
import { formatValidation, requireSafeUpgrade } from "../../src/upgrades/validateUpgrade.ts";
import type { TaskAction } from "../define.ts";
import { requireTarget } from "./requireArguments.ts";

interface Arguments {
  contract: string;
  to: string;
  policy: string;
}

const validate: TaskAction<Arguments> = async (args, { hre, progress }) => {
  requireTarget(args);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const project = await openProject(hre, { policy: args.policy });
  progress(`Comparing ${args.contract} on ${project.network} with ${args.to}`);
  const { validation } = await examineUpgrade(project, args);
  requireSafeUpgrade(validation);
  return {
    data: validation,
    text: `${formatValidation(validation)}\nNext: npx hardhat upgrade propose ${args.contract} --to ${args.to} --title … --reason … --network ${project.network}`,
  };
};

export default validate;
