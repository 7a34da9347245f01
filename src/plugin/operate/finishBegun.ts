/**
 * Operations of which a run sent a part before it ended. A plan made from the chain no longer holds what they did, so it
 * would begin another for the rest: they are finished first.
 */
import { describeHead } from "../../operations/describe.ts";
import type { Project } from "../project.ts";
import { stopped } from "../stopped.ts";
import { inspectOperations } from "./inspect.ts";
import { openOperations } from "./open.ts";
import { submitProposal } from "./propose.ts";
import { type ResumeRequest, resumeProposal } from "./resume.ts";

export interface FinishContext {
  progress(line: string): void;
  confirm(question: string): Promise<boolean>;
}

/** @throws PortcullisError whatever resuming and sending throw; STOPPED where the answer is no */
export async function finishBegun(
  project: Project,
  { progress, confirm }: FinishContext,
  { dryRun, ...request }: ResumeRequest & { dryRun: boolean },
): Promise<void> {
  // What nothing was kept of needs no chain to be read.
  if ((await project.files.list("operations")).length === 0) return;
  const operations = await openOperations(project);
  const begun = (await inspectOperations(operations)).filter(
    ({ file, state }) => file?.route.kind === "direct" && state.status === "draft" && state.begun,
  );
  for (const { id } of begun) {
    const proposal = await resumeProposal(operations, id, request);
    const shown = `${describeHead(proposal.file, operations.book)}\n\n${proposal.text}`;
    if (dryRun) {
      progress(`${shown}\n\nDry run: the rest of it is sent first`);
      continue;
    }
    if (!(await confirm(`${shown}\n\nSend the rest of it?`))) return stopped();
    progress(`Finishing ${proposal.file.title}`);
    await submitProposal(proposal);
  }
}
