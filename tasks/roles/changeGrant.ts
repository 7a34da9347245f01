/** What grant, revoke and renew share: plan the one change, show it, warn, ask, carry it out. */
import { type OneOff, planOneOff } from "../../src/plan/oneOff.ts";
import { carryPlan } from "../../src/plugin/carryPlan.ts";
import { readProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskContext, TaskResult } from "../define.ts";

export interface ChangeArgs {
  role: string;
  principal: string;
  policy: string;
  simulator: string;
  acceptChangedEffects: boolean;
  acceptBrokenInvariants: boolean;
  dryRun: boolean;
}

export async function changeGrant(
  { role, principal, policy, simulator, acceptChangedEffects, acceptBrokenInvariants, dryRun }: ChangeArgs,
  context: TaskContext,
  change: (now: bigint) => OneOff,
): Promise<TaskResult> {
  const project = await openProject(context.hre, { policy, report: context.progress });
  const snapshot = await readProject(project);
  const now = snapshot.block.timestamp;
  const { plan, warning } = planOneOff(
    project.desired,
    snapshot,
    { role, principal, change: change(now) },
    { now },
  );
  if (warning !== undefined) process.stderr.write(`Warning: ${warning}\n`);
  const { report, effects, safeTransactions, text } = await carryPlan(project, { plan, snapshot }, context, {
    dryRun,
    simulator,
    acceptChangedEffects,
    acceptBrokenInvariants,
    // The policy does not ask for it, so `roles apply` would not go on with it.
    again: context.again,
  });
  return {
    data: { plan, effects, safeTransactions, report, ...(warning === undefined ? {} : { warning }) },
    text,
    exitCode: plan.findings.length > 0 ? 2 : 0,
  };
}
