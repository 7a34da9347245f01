/** `npx hardhat upgrade propose <contract> --to <Artifact>`: validate, deploy, pin, simulate, show, ask, schedule. */
import { describeHead, describeOutcome, describeState } from "../../src/operations/describe.ts";
import { gatherSignatures } from "../../src/plugin/operate/gatherSignatures.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import {
  findTimelock,
  prepareProposal,
  submitProposal,
  timelockRoute,
} from "../../src/plugin/operate/propose.ts";
import { resumeProposal } from "../../src/plugin/operate/resume.ts";
import { openProject } from "../../src/plugin/project.ts";
import {
  deployCode,
  encodeFirstCall,
  planUpgradeCalls,
  withImplementation,
} from "../../src/plugin/proposeUpgrade.ts";
import { examineUpgrade } from "../../src/plugin/upgrade.ts";
import { formatValidation, requireSafeUpgrade } from "../../src/upgrades/validateUpgrade.ts";
import { stopped, type TaskAction } from "../define.ts";
import { parseSafeNonce } from "../safeNonce.ts";
import { requireReason, requireTarget } from "./requireArguments.ts";

const propose: TaskAction<Record<string, string> & { dryRun: boolean }> = async (args, context) => {
  const { hre, confirm, progress, command } = context;
  const { contract = "", to = "", title = "", reason = "" } = args;
  requireTarget({ contract, to });
  requireReason(reason);
  const safeNonce = parseSafeNonce(args.safeNonce ?? "");
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const project = await openProject(hre, { policy: args.policy ?? "", report: progress });
  const subject = await examineUpgrade(project, { contract, to });
  requireSafeUpgrade(subject.validation);
  const operations = await openOperations(project);
  const timelock = findTimelock(operations, args.timelock ?? "");
  const route = await timelockRoute(operations, timelock, args.as ?? "");
  const call = encodeFirstCall(args.call ?? "", subject, operations);
  const checked = formatValidation(subject.validation);
  if (args.dryRun) {
    const text = `${checked}\n\nDry run: nothing was sent. Effects can be simulated once the code of ${to} is deployed.`;
    return { data: { status: "draft", validation: subject.validation }, text };
  }
  if (
    !(await confirm(
      `${checked}\n\nDeploy the code of ${to}? It has no effect until an operation installs it.`,
    ))
  )
    return stopped();
  const implementation = await deployCode(project, subject);
  const plan = planUpgradeCalls(subject, implementation, timelock, call);
  progress("Simulating");
  const informed = withImplementation(operations, subject, implementation);
  const proposal = await prepareProposal(informed, {
    calls: plan.calls,
    title: title || `upgrade ${contract} to ${to}`,
    reason,
    route,
    simulator: args.simulator ?? "",
  });
  const { book } = proposal.operations;
  const head = [describeHead(proposal.file, book), "", ...plan.notices, proposal.text].join("\n");
  const data = {
    id: proposal.file.id,
    implementation,
    calls: proposal.file.calls,
    effects: proposal.effects,
  };
  if (proposal.state.status === "draft" && !(await confirm(`${head}\n\nPropose this?`)))
    return stopped("propose it again when it is what you want; the deployed code is used again");
  const done = await gatherSignatures(
    informed,
    proposal.file.id,
    await submitProposal(proposal, safeNonce),
    args.service ?? "",
    async () => submitProposal(await resumeProposal(informed, proposal.file.id, args.simulator ?? "")),
  );
  const short = proposal.file.id.slice(0, 10);
  const resume = command(`npx hardhat timelock propose --resume ${short}`);
  return {
    data: { ...data, status: done.state.status, readyAt: done.state.pending?.readyAt, outcome: done.outcome },
    text: [
      head,
      "",
      `Code of ${to} at ${implementation.address}${implementation.reused ? " (deployed before)" : ""}`,
      describeOutcome(done.outcome, resume, book),
      `State: ${describeState(done.state, await project.now())}`,
      ...(done.state.status === "waiting" ? [command(`Next: npx hardhat timelock execute ${short}`)] : []),
    ].join("\n"),
  };
};

export default propose;
