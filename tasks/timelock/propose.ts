import { readFile, writeFile } from "node:fs/promises";
import {
  describeHead,
  describeOutcome,
  describeSafeTransaction,
  describeState,
} from "../../src/operations/describe.ts";
import { exportSafeAct } from "../../src/plugin/operate/exportSafeAct.ts";
import { gatherSignatures } from "../../src/plugin/operate/gatherSignatures.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import {
  findTimelock,
  prepareProposal,
  submitProposal,
  timelockRoute,
} from "../../src/plugin/operate/propose.ts";
import { readRequest } from "../../src/plugin/operate/readRequest.ts";
import { resumeProposal, submitAgain } from "../../src/plugin/operate/resume.ts";
import { openProject } from "../../src/plugin/project.ts";
import { stopped, type TaskAction } from "../define.ts";
import { parseSafeNonce } from "../safeNonce.ts";

interface Arguments {
  call: string;
  plan: string;
  title: string;
  reason: string;
  deadline: string;
  resume: string;
  export: string;
  service: string;
  as: string;
  timelock: string;
  simulator: string;
  acceptBrokenInvariants: boolean;
  safeNonce: string;
  policy: string;
  dryRun: boolean;
}

const propose: TaskAction<Arguments> = async (args, { hre, confirm, progress, command }) => {
  const safeNonce = parseSafeNonce(args.safeNonce);
  const project = await openProject(hre, { policy: args.policy, report: progress });
  const operations = await openOperations(project);
  const { book } = operations;
  const { simulator, acceptBrokenInvariants } = args;
  const nonce = safeNonce === undefined ? {} : { safeNonce };
  progress("Simulating");
  const proposal = args.resume
    ? await resumeProposal(operations, args.resume, { simulator, acceptBrokenInvariants, ...nonce })
    : await prepareProposal(operations, {
        ...(await readRequest(args, book, (path) => readFile(path, "utf8"))),
        route: await timelockRoute(operations, findTimelock(operations, args.timelock), args.as),
        simulator,
        acceptBrokenInvariants,
        ...nonce,
      });
  const { file, state, safeTransaction } = proposal;
  const short = file.id.slice(0, 10);
  const head = `${describeHead(file, book)}\n\n${proposal.text}`;
  const data = {
    id: file.id,
    salt: file.salt,
    calls: file.calls,
    effects: proposal.effects,
    resumed: proposal.resumed,
    ...(safeTransaction ? { safeTransaction } : {}),
  };
  if (state.status !== "draft") {
    const text = `${head}\n\nAlready proposed: ${describeState(state, await project.now())}`;
    return { data: { ...data, status: state.status, readyAt: state.pending?.readyAt }, text };
  }
  if (args.export) {
    const batch = await exportSafeAct(proposal);
    await writeFile(args.export, `${JSON.stringify(batch, null, 2)}\n`);
    return {
      data: { ...data, exported: args.export },
      text: `${head}\n\nWritten to ${args.export}: import it in the Safe app's transaction builder`,
    };
  }
  if (args.dryRun)
    return { data: { ...data, status: "draft" }, text: `${head}\n\nDry run: nothing was sent` };
  if (!(await confirm(`${head}\n\nPropose this?`))) return stopped();
  const done = await gatherSignatures(
    operations,
    file.id,
    await submitProposal(proposal),
    args.service,
    async () => submitAgain(proposal, { simulator, acceptBrokenInvariants }),
  );
  const next = command(`npx hardhat timelock propose --resume ${short}`);
  return {
    data: {
      ...data,
      status: done.state.status,
      readyAt: done.state.pending?.readyAt,
      outcome: done.outcome,
      safeTransactions: done.file.safeTransactions,
    },
    text: [
      head,
      "",
      describeOutcome(done.outcome, next, book),
      ...done.file.safeTransactions
        .filter((t) => t.safeTxHash !== safeTransaction?.safeTxHash)
        .map((t) => describeSafeTransaction(t, book)),
      `State: ${describeState(done.state, await project.now())}`,
      ...(done.state.status === "waiting" ? [command(`Next: npx hardhat timelock execute ${short}`)] : []),
    ].join("\n"),
  };
};

export default propose;
