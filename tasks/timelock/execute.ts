import {
  describeHead,
  describeOutcome,
  describeSafeTransaction,
  describeState,
} from "../../src/operations/describe.ts";
import { prepareExecution } from "../../src/plugin/operate/execute.ts";
import { inspectOperation } from "../../src/plugin/operate/inspect.ts";
import { findPrincipal, openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Arguments {
  id: string;
  acceptChangedEffects: boolean;
  acceptChangedPolicy: boolean;
  as: string;
  simulator: string;
  safeNonce: string;
  policy: string;
  dryRun: boolean;
}

const execute: TaskAction<Arguments> = async (args, { hre, confirm, progress }) => {
  const project = await openProject(hre, { policy: args.policy, report: progress });
  const operations = await openOperations(project);
  const { book } = operations;
  const inspected = await inspectOperation(operations, args.id);
  progress("Simulating");
  const execution = await prepareExecution(operations, inspected, {
    acceptChangedEffects: args.acceptChangedEffects,
    acceptChangedPolicy: args.acceptChangedPolicy,
    simulator: args.simulator,
    ...(args.as ? { as: findPrincipal(operations, args.as) } : {}),
  });
  const head = `${inspected.file ? describeHead(inspected.file, book) : `Operation ${inspected.id}`}\n\n${execution.text}`;
  if (args.dryRun)
    return { data: { id: inspected.id, status: "ready" }, text: `${head}\n\nDry run: nothing was sent` };
  if (!(await confirm(`${head}\n\nExecute this?`))) return stopped(`npx hardhat timelock execute ${args.id}`);
  const { outcome, state, file } = await execution.submit(
    args.safeNonce === "" ? undefined : BigInt(args.safeNonce),
  );
  const next = `npx hardhat timelock execute ${inspected.id.slice(0, 10)} --network ${project.network}`;
  return {
    data: { id: inspected.id, status: state.status, outcome },
    text: [
      head,
      "",
      describeOutcome(outcome, next, book),
      ...(outcome.status === "waiting"
        ? file.safeTransactions.map((t) => describeSafeTransaction(t, book))
        : []),
      `State: ${describeState(state, await project.now())}`,
    ].join("\n"),
  };
};

export default execute;
