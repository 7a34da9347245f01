import { describeOutcome, describeState } from "../src/operations/describe.ts";
import { gatherSignatures } from "../src/plugin/operate/gatherSignatures.ts";
import { openOperations } from "../src/plugin/operate/open.ts";
import { type PauseRequest, preparePause } from "../src/plugin/operate/pause.ts";
import { openProject } from "../src/plugin/project.ts";
import { stopped, type TaskAction } from "./define.ts";
import { parseSafeNonce } from "./safeNonce.ts";

interface Arguments extends Omit<PauseRequest, "verb" | "safeNonce" | "agreed"> {
  policy: string;
  service: string;
  safeNonce: string;
  dryRun: boolean;
}

/** `pause` and `unpause` differ in one word. */
export function pauseTask(verb: PauseRequest["verb"]): TaskAction {
  return async ({ policy, service, safeNonce, dryRun, ...request }: Arguments, context) => {
    const { hre, confirm, progress, again } = context;
    const nonce = parseSafeNonce(safeNonce);
    const project = await openProject(hre, { policy, report: progress });
    const operations = await openOperations(project);
    const { contract } = request;
    const asked = { ...request, verb, ...(nonce === undefined ? {} : { safeNonce: nonce }) };
    const step = await preparePause(operations, asked);
    if (!step) return { data: { contract, done: true }, text: `${contract} is ${verb}d already` };
    const { safeTransaction } = step;
    const data = { id: step.id, contract, ...(safeTransaction ? { safeTransaction } : {}) };
    if (dryRun) return { data, text: `${step.text}\n\nDry run: nothing was sent` };
    if (!(await confirm(`${step.text}\n\n${verb} ${contract}?`))) return stopped();
    const { outcome, state } = await gatherSignatures(
      operations,
      step.id,
      await step.submit(),
      service,
      async () => {
        const agreed = safeTransaction ? { agreed: safeTransaction } : {};
        return ((await preparePause(operations, { ...request, verb, ...agreed })) ?? step).submit();
      },
    );
    return {
      data: { ...data, status: state.status, readyAt: state.pending?.readyAt, outcome },
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
