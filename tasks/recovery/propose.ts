import type { ApprovalFile } from "../../src/accounts/recovery/approvalFile.ts";
import { describeFile } from "../../src/accounts/recovery/describeFile.ts";
import { showFile } from "../../src/accounts/recovery/showFile.ts";
import { openProject, type Project } from "../../src/plugin/project.ts";
import { draftDrill } from "../../src/plugin/recovery/draftDrill.ts";
import { draftRecovery } from "../../src/plugin/recovery/draftRecovery.ts";
import { createApprovalFile } from "../../src/plugin/recovery/openApprovalFile.ts";
import { parseDuration } from "../../src/policy/text/duration.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Args {
  account: string;
  owner: string;
  drill: boolean;
  file: string;
  networks: string;
  validFor: string;
  reason: string;
  policy: string;
  dryRun: boolean;
}

const propose: TaskAction<Args> = async (args, context) => {
  const { account, networks, policy, dryRun } = args;
  const { hre, command, confirm } = context;
  const path = args.file || `${args.drill ? "drill" : "recovery"}-${account}.json`;
  const write = await createApprovalFile(hre, path);
  const first = await openProject(hre, { policy, ...(networks && { network: nameAt(networks, 0) }) });
  const others: Project[] = [];
  for (const network of networks.split(",").slice(1))
    others.push(await openProject(hre, { policy, network: network.trim() }));
  const file = await draft([first, ...others], args);
  const { hashes } = showFile(file);
  const shown = [
    describeFile(file, { book: first.book }),
    "",
    "Guardians sign this, and a device that cannot show it shows",
    `  domain      ${hashes.domain}`,
    `  message     ${hashes.message}`,
    `  both        ${hashes.signed}`,
  ].join("\n");
  const data = { path, file, hashes };
  if (dryRun) return { data: { ...data, written: false }, text: `${shown}\n\nDry run: no file was written` };
  if (!(await confirm(`${shown}\n\nWrite ${path}?`))) throw stopped();
  await write(file);
  return {
    data: { ...data, written: true },
    text: [
      shown,
      "",
      `Written to ${path}. It holds nothing secret. Each guardian, without a node:`,
      command(`npx hardhat recovery approve --file ${path} --as <guardian>`),
    ].join("\n"),
  };
};

async function draft(
  projects: readonly [Project, ...Project[]],
  { account, owner, drill, networks, validFor, reason }: Args,
): Promise<ApprovalFile> {
  if (drill)
    return draftDrill(projects[0], { account, reason, others: { owner, networks, "valid-for": validFor } });
  const lifetime = parseDuration(validFor || "14 days");
  return (await draftRecovery(projects, { account, owner, validFor: lifetime, reason })).file;
}

const nameAt = (networks: string, index: number): string => (networks.split(",")[index] ?? "").trim();

export default propose;
