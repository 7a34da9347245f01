import { describeOutcome, describeState } from "../../src/operations/describe.ts";
import { formatCalls } from "../../src/operations/format.ts";
import { chooseCanceller, prepareCancellation } from "../../src/plugin/operate/cancel.ts";
import { withSafeText } from "../../src/plugin/operate/foreseeSafe.ts";
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
  const cancellation = await prepareCancellation(operations, inspected, by, { safeNonce });
  const { safeTransaction } = cancellation;
  const shown = [
    `Operation ${inspected.id}${inspected.file ? ` (${inspected.file.title})` : ""}`,
    describeState(inspected.state, await project.now()),
    formatCalls(inspected.calls, book),
  ].join("\n");
  const head = withSafeText(shown, cancellation, book);
  const data = { id: inspected.id, by, ...(safeTransaction ? { safeTransaction } : {}) };
  if (args.dryRun) return { data, text: `${head}\n\nDry run: nothing was sent` };
  if (!(await confirm(`${head}\n\nCancel this?`))) return stopped();
  const { outcome, state } = await gatherSignatures(
    operations,
    inspected.id,
    await cancellation.submit(),
    args.service,
    async () => {
      const again = await inspectOperation(operations, inspected.id);
      return (await prepareCancellation(operations, again, by, { agreed: safeTransaction })).submit();
    },
  );
  return {
    data: { ...data, status: state.status, outcome },
    text: [
      head,
      "",
      describeOutcome(outcome, again, book),
      `State: ${describeState(state, await project.now())}`,
    ].join("\n"),
  };
};

export default cancel;
