/** What freezing, lifting and guardians' vetoes share: a guardian signs; where that is enough it is sent, else the file goes on. */

import { openProject } from "../../src/plugin/project.ts";
import { chooseGuardian } from "../../src/plugin/recovery/chooseGuardian.ts";
import { type AlarmRequest, draftAlarm } from "../../src/plugin/recovery/draftAlarm.ts";
import { createApprovalFile } from "../../src/plugin/recovery/openApprovalFile.ts";
import { isEnough, planFile } from "../../src/plugin/recovery/planFile.ts";
import { safesOf } from "../../src/plugin/recovery/safesOf.ts";
import { sendCall } from "../../src/plugin/recovery/sendCall.ts";
import { describeSigning, signFile } from "../../src/plugin/recovery/signFile.ts";
import { stopped, type TaskContext, type TaskResult } from "../define.ts";

export interface AlarmArgs {
  account: string;
  as: string;
  file: string;
  policy: string;
  dryRun: boolean;
}

export async function raiseAlarm(
  action: AlarmRequest["action"],
  { account, as, file: named, policy, dryRun }: AlarmArgs,
  context: TaskContext,
): Promise<TaskResult> {
  const project = await openProject(context.hre, { policy, report: context.progress });
  const draft = await draftAlarm(project, { action, account });
  const keys = { book: project.book, signers: project.signers, safes: safesOf(project.desired) };
  const guardian = await chooseGuardian(draft, keys, as);
  const enough = isEnough(draft, guardian);
  const path = named || `${action}-${account}.json`;
  const write = enough ? undefined : await createApprovalFile(context.hre, path);
  const shown = await describeSigning(draft, guardian, keys);
  if (dryRun) return { data: { file: draft, sent: null }, text: `${shown}\n\nDry run: nothing was signed` };
  const question = enough ? `Sign it, and send it on ${project.network}?` : `Sign it, and write ${path}?`;
  if (!(await context.confirm(`${shown}\n\n${question}`))) throw stopped();
  const file = await signFile(draft, guardian, keys);
  if (write !== undefined) {
    await write(file);
    return {
      data: { path, file, sent: null },
      text: [
        shown,
        "",
        `Not enough yet: written to ${path} for the next guardian:`,
        context.command(`npx hardhat recovery approve --file ${path}`),
        "Then anyone:",
        context.command(`npx hardhat recovery execute --file ${path}`),
      ].join("\n"),
      exitCode: 2,
    };
  }
  const { send } = await planFile(project, file, { path });
  const sent = send === undefined ? null : await sendCall(project, send);
  return { data: { file, sent }, text: `${shown}\n\nSent as ${sent?.hash}.` };
}
