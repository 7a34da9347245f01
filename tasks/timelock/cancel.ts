import { describeOutcome, describeState } from "../../src/operations/describe.ts";
import { formatCalls } from "../../src/operations/format.ts";
import { cancelOperation, chooseCanceller } from "../../src/plugin/operate/cancel.ts";
import { inspectOperation } from "../../src/plugin/operate/inspect.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Arguments {
  id: string;
  as: string;
  safeNonce: string;
  policy: string;
  dryRun: boolean;
}

const cancel: TaskAction<Arguments> = async (args, { hre, confirm, progress }) => {
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
  if (!(await confirm(`${head}\n\nCancel this?`))) return stopped(`npx hardhat timelock show ${args.id}`);
  const { outcome, state } = await cancelOperation(
    operations,
    inspected,
    by,
    args.safeNonce === "" ? undefined : BigInt(args.safeNonce),
  );
  const next = `npx hardhat timelock cancel ${inspected.id.slice(0, 10)} --network ${project.network}`;
  return {
    data: { id: inspected.id, by, status: state.status, outcome },
    text: [
      head,
      "",
      describeOutcome(outcome, next, book),
      `State: ${describeState(state, await project.now())}`,
    ].join("\n"),
  };
};

export default cancel;
