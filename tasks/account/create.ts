import { createAccount, planAccountCreation } from "../../src/deploy/createAccount.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Args {
  account: string;
  policy: string;
  bundler: string;
  dryRun: boolean;
}

const create: TaskAction<Args> = async ({ account, policy, bundler, dryRun }, context) => {
  const project = await openProject(context.hre, { policy, bundler, report: context.progress });
  const deployment = createDeployContext(project, context.progress);
  const planned = await planAccountCreation(deployment, project.desired, account);
  const { address, missing } = planned;
  const lines = missing.map(({ label, creates }) => `  ${label} at ${creates}`);
  const text = (words: string) => [words, ...lines].join("\n");
  if (missing.length === 0) return { data: { address, created: false }, text: `${account} is at ${address}` };
  if (dryRun) return { data: { address, steps: missing, created: false }, text: text("Would:") };
  if (!(await context.confirm(`${text("To be sent:")}\nSend it?`))) throw stopped();
  await createAccount(deployment, project.desired, planned);
  return { data: { address, created: true }, text: `${account} is at ${address}` };
};

export default create;
