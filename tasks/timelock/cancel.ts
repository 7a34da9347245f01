import { describeOutcome, describeState } from "../../src/operations/describe.ts";
import { formatCalls } from "../../src/operations/format.ts";
import { cancelOperation, chooseCanceller } from "../../src/plugin/operate/cancel.ts";
import { gatherSignatures } from "../../src/plugin/operate/gatherSignatures.ts";
import { inspectOperation } from "../../src/plugin/operate/inspect.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import { stopped, type TaskAction } from "../define.ts";
import { parseSafeNonce } from "../safeNonce.ts";

interface Arguments {
  id: string;
  as: string;
  service: string;
  safeNonce: string;
  policy: string;
  dryRun: boolean;
}

const cancel: TaskAction<Arguments> = async (args, { hre, confirm, progress, again }) => {
  const safeNonce = parseSafeNonce(args.safeNonce);
  const project = await openProject(hre, { policy: args.policy, report: progress });
  const operations = await openOperations(project);
  const { book } = operations;
  const inspected = await inspectOperation(operations, args.id);
  const by = await chooseCanceller(operations, inspected, args.as);
  const head = [
    `Operation ${inspected.id}${inspected.file ? ` (${inspected.file.title})` : ""}`,
    describeState(inspected.state, await project.now()),
    formatCalls(inspected.calls, book),
  ].join("\n");
  if (args.dryRun) return { data: { id: inspected.id, by }, text: `${head}\n\nDry run: nothing was sent` };
  if (!(await confirm(`${head}\n\nCancel this?`))) return stopped();
  const { outcome, state } = await gatherSignatures(
    operations,
    inspected.id,
    await cancelOperation(operations, inspected, by, safeNonce),
    args.service,
    async () => cancelOperation(operations, await inspectOperation(operations, inspected.id), by),
  );
  return {
    data: { id: inspected.id, by, status: state.status, outcome },
    text: [
      head,
      "",
      describeOutcome(outcome, again, book),
      `State: ${describeState(state, await project.now())}`,
    ].join("\n"),
  };
};

export default cancel;
