/** `npx hardhat upgrade propose <contract> --to <Artifact>`: validate, deploy, pin, simulate, show, ask, schedule. */
import { writeFile } from "node:fs/promises";
import { describeHead, describeOutcome, describeState } from "../../src/operations/describe.ts";
import type { SimulatedTransaction } from "../../src/operations/simulate/types.ts";
import { exportSafeAct } from "../../src/plugin/operate/exportSafeAct.ts";
import { gatherSignatures } from "../../src/plugin/operate/gatherSignatures.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { prepareProposal, submitProposal } from "../../src/plugin/operate/propose.ts";
import { submitAgain } from "../../src/plugin/operate/resume.ts";
import { openProject } from "../../src/plugin/project.ts";
import {
  deployCode,
  encodeFirstCall,
  findDecider,
  foreseeCode,
  planUpgradeCalls,
  withImplementation,
} from "../../src/plugin/proposeUpgrade.ts";
import { examineUpgrade } from "../../src/plugin/upgrade.ts";
import { describeCreation, encodeCreation, findDeclaredArguments } from "../../src/plugin/upgradeCreation.ts";
import type { Implementation } from "../../src/upgrades/deployImplementation.ts";
import { formatValidation, requireSafeUpgrade } from "../../src/upgrades/validateUpgrade.ts";
import { stopped, type TaskAction } from "../define.ts";
import { parseSafeNonce } from "../safeNonce.ts";
import { requireReason, requireTarget } from "./requireArguments.ts";

interface Flags {
  dryRun: boolean;
  acceptBrokenInvariants: boolean;
}

const propose: TaskAction<Record<string, string> & Flags> = async (args, context) => {
  const { hre, confirm, progress, command } = context;
  const { contract = "", to = "", title = "", reason = "", simulator = "", acceptBrokenInvariants } = args;
  requireTarget({ contract, to });
  requireReason(reason);
  const safeNonce = parseSafeNonce(args.safeNonce ?? "");
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const project = await openProject(hre, { policy: args.policy ?? "", report: progress });
  const subject = await examineUpgrade(project, { contract, to });
  requireSafeUpgrade(subject.validation);
  const operations = await openOperations(project);
  const { timelock, route } = await findDecider(operations, subject, {
    timelock: args.timelock ?? "",
    as: args.as ?? "",
  });
  const call = encodeFirstCall(args.call ?? "", subject, operations);
  const declared = await findDeclaredArguments(project, subject);
  const creation = encodeCreation(args.constructorArgs ?? "", subject, operations, declared);
  const created = describeCreation(subject, creation, operations.book);
  const checked = [formatValidation(subject.validation), ...(created ? ["", created] : [])].join("\n");
  const prepare = async (implementation: Implementation, after: readonly SimulatedTransaction[] = []) => {
    const plan = planUpgradeCalls(subject, implementation, timelock, call);
    progress("Simulating");
    const informed = withImplementation(operations, subject, implementation);
    const proposal = await prepareProposal(informed, {
      calls: plan.calls,
      title: title || `upgrade ${contract} to ${to}`,
      reason,
      route,
      simulator,
      acceptBrokenInvariants,
      after,
      ...(safeNonce === undefined ? {} : { safeNonce }),
    });
    const { book } = informed;
    const head = [describeHead(proposal.file, book), "", ...plan.notices, proposal.text].join("\n");
    return { informed, proposal, book, head };
  };
  if (args.dryRun) {
    const { implementation, after } = await foreseeCode(project, subject, creation);
    const { proposal, head } = await prepare(implementation, after);
    const { effects, safeTransaction, file } = proposal;
    const shown = { calls: file.calls, effects, ...(safeTransaction ? { safeTransaction } : {}) };
    return {
      data: { status: "draft", validation: subject.validation, ...shown },
      text: `${checked}\n\n${head}\n\nDry run: nothing was sent. The code of ${to} would be at ${implementation.address}.`,
    };
  }
  if (
    !(await confirm(
      `${checked}\n\nDeploy the code of ${to}? It has no effect until an operation installs it.`,
    ))
  )
    return stopped();
  const implementation = await deployCode(project, subject, creation);
  const { informed, proposal, book, head } = await prepare(implementation);
  const data = {
    id: proposal.file.id,
    implementation,
    calls: proposal.file.calls,
    effects: proposal.effects,
    ...(proposal.safeTransaction ? { safeTransaction: proposal.safeTransaction } : {}),
  };
  if (args.export && proposal.state.status === "draft") {
    const batch = await exportSafeAct(proposal);
    await writeFile(args.export, `${JSON.stringify(batch, null, 2)}\n`);
    return {
      data: { ...data, exported: args.export },
      text: `${head}\n\nWritten to ${args.export}: import it in the Safe app's transaction builder`,
    };
  }
  if (proposal.state.status === "draft" && !(await confirm(`${head}\n\nPropose this?`)))
    return stopped("propose it again when it is what you want; the deployed code is used again");
  const done = await gatherSignatures(
    informed,
    proposal.file.id,
    await submitProposal(proposal),
    args.service ?? "",
    async () => submitAgain(proposal, { simulator, acceptBrokenInvariants }),
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
