import { describeOutcome, describeState } from "../src/operations/describe.ts";
import { openOperations } from "../src/plugin/operate/open.ts";
import { type PauseRequest, preparePause } from "../src/plugin/operate/pause.ts";
import { openProject } from "../src/plugin/project.ts";
import { stopped, type TaskAction } from "./define.ts";

interface Arguments extends Omit<PauseRequest, "verb"> {
  policy: string;
  safeNonce: string;
  dryRun: boolean;
}

/** `pause` and `unpause` differ in one word. */
export function pauseTask(verb: PauseRequest["verb"]): TaskAction {
  return async ({ policy, safeNonce, dryRun, ...request }: Arguments, { hre, confirm, progress }) => {
    const project = await openProject(hre, { policy, report: progress });
    const operations = await openOperations(project);
    const { contract } = request;
    const step = await preparePause(operations, { ...request, verb });
    if (!step) return { data: { contract, done: true }, text: `${contract} is ${verb}d already` };
    if (dryRun) return { data: { id: step.id, contract }, text: `${step.text}\n\nDry run: nothing was sent` };
    if (!(await confirm(`${step.text}\n\n${verb} ${contract}?`)))
      return stopped(`npx hardhat ${verb} ${contract}`);
    const { outcome, state } = await step.submit(safeNonce === "" ? undefined : BigInt(safeNonce));
    const again = `npx hardhat ${verb} ${contract} --network ${project.network}`;
    return {
      data: { id: step.id, contract, status: state.status, readyAt: state.pending?.readyAt, outcome },
      text: [
        step.text,
        "",
        describeOutcome(outcome, again, operations.book),
        `State: ${describeState(state, await project.now())}`,
        ...(state.status === "waiting" ? [`Then: ${again}`] : []),
      ].join("\n"),
    };
  };
}
