import { guardianRecoveryAbi } from "../../src/abi/guardianRecovery.ts";
import type { ApprovalFile } from "../../src/accounts/recovery/approvalFile.ts";
import { describeAct } from "../../src/accounts/recovery/describeAct.ts";
import { describeFile } from "../../src/accounts/recovery/describeFile.ts";
import { formatCalls } from "../../src/operations/format.ts";
import { openProject, type Project } from "../../src/plugin/project.ts";
import { openApprovalFile } from "../../src/plugin/recovery/openApprovalFile.ts";
import { planFile, type Submission } from "../../src/plugin/recovery/planFile.ts";
import { sendCall } from "../../src/plugin/recovery/sendCall.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Args {
  file: string;
  policy: string;
  dryRun: boolean;
}

const execute: TaskAction<Args> = async ({ file: path, policy, dryRun }, context) => {
  const { file } = await openApprovalFile(context.hre, path);
  const project = await openProject(context.hre, { policy, report: context.progress });
  const planned = await planFile(project, file, { path });
  const { send } = planned;
  const shown = show(project, file, planned);
  const data = { account: planned.found.name, next: planned.next, leftOut: planned.leftOut };
  const exit = planned.next?.kind === "wait" ? { exitCode: 2 as const } : {};
  const again = exit.exitCode === 2 ? `\nThen: ${context.again}` : "";
  if (send === undefined) return { data: { ...data, sent: null }, text: `${shown}${again}`, ...exit };
  if (dryRun)
    return { data: { ...data, call: send.call, sent: null }, text: `${shown}\n\nDry run: nothing was sent` };
  if (!(await context.confirm(`${shown}\n\nSend it on ${project.network}?`))) throw stopped();
  const sent = await sendCall(project, send);
  const after = file.action === "recover" ? await planFile(project, file, { path }) : undefined;
  return {
    data: { ...data, sent, ...(after === undefined ? {} : { next: after.next }) },
    text: [
      shown,
      "",
      `Sent as ${sent.hash}.`,
      ...(after === undefined ? [] : [show(project, file, after)]),
      ...(after?.next?.kind === "wait" ? [`Then: ${context.again}`] : []),
    ].join("\n"),
  };
};

function show({ book }: Project, file: ApprovalFile, { found, next, send, leftOut }: Submission): string {
  const { module } = found.state;
  const named = { name: "guardianRecovery", address: module, abi: guardianRecoveryAbi };
  const words =
    file.action === "recover" && next !== undefined
      ? describeAct(next, file, { account: found.name, book })
      : describeFile(file, { book });
  return [
    words,
    ...(file.action === "drill" && send === undefined
      ? ["All who signed it are on record: nothing is left to do"]
      : []),
    ...leftOut.map((name) => `Left away: what ${name} signed, which is not good here`),
    ...(send === undefined
      ? []
      : ["", formatCalls([{ ...send.call, value: 0n }], { ...book, entries: [named, ...book.entries] })]),
  ].join("\n");
}

export default execute;
