import {
  describeHead,
  describeOutcome,
  describeSafeTransaction,
  describeState,
} from "../../src/operations/describe.ts";
import { prepareExecution } from "../../src/plugin/operate/execute.ts";
import { gatherSignatures } from "../../src/plugin/operate/gatherSignatures.ts";
import { inspectOperation } from "../../src/plugin/operate/inspect.ts";
import { withCodeNames } from "../../src/plugin/operate/nameCode.ts";
import { findPrincipal, openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import { stopped, type TaskAction } from "../define.ts";
import { parseSafeNonce } from "../safeNonce.ts";

interface Arguments {
  id: string;
  acceptChangedEffects: boolean;
  acceptBrokenInvariants: boolean;
  acceptChangedPolicy: boolean;
  as: string;
  simulator: string;
  service: string;
  safeNonce: string;
  policy: string;
  dryRun: boolean;
}

const execute: TaskAction<Arguments> = async (args, { hre, confirm, progress, again }) => {
  const safeNonce = parseSafeNonce(args.safeNonce);
  const project = await openProject(hre, { policy: args.policy, report: progress });
  const opened = await openOperations(project);
  const inspected = await inspectOperation(opened, args.id);
  const operations = await withCodeNames(opened, inspected.calls);
  const { book } = operations;
  progress("Simulating");
  const request = {
    acceptChangedEffects: args.acceptChangedEffects,
    acceptBrokenInvariants: args.acceptBrokenInvariants,
    acceptChangedPolicy: args.acceptChangedPolicy,
    simulator: args.simulator,
    ...(safeNonce === undefined ? {} : { safeNonce }),
    ...(args.as ? { as: findPrincipal(operations, args.as) } : {}),
  };
  const execution = await prepareExecution(operations, inspected, request);
  const { safeTransaction } = execution;
  const data = { id: inspected.id, ...(safeTransaction ? { safeTransaction } : {}) };
  const head = `${inspected.file ? describeHead(inspected.file, book) : `Operation ${inspected.id}`}\n\n${execution.text}`;
  if (args.dryRun)
    return { data: { ...data, status: "ready" }, text: `${head}\n\nDry run: nothing was sent` };
  if (!(await confirm(`${head}\n\nExecute this?`))) return stopped();
  const { outcome, state, file } = await gatherSignatures(
    operations,
    inspected.id,
    await execution.submit(),
    args.service,
    async () => {
      const again = await inspectOperation(operations, inspected.id);
      const agreed = safeTransaction ? { agreed: safeTransaction } : {};
      return (await prepareExecution(operations, again, { ...request, ...agreed })).submit();
    },
  );
  return {
    data: { ...data, status: state.status, outcome },
    text: [
      head,
      "",
      describeOutcome(outcome, again, book),
      ...(outcome.status === "waiting"
        ? file.safeTransactions
            .filter((t) => t.safeTxHash !== safeTransaction?.safeTxHash)
            .map((t) => describeSafeTransaction(t, book))
        : []),
      `State: ${describeState(state, await project.now())}`,
    ].join("\n"),
  };
};

export default execute;
