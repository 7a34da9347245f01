/** What grant and revoke share: plan the one change, show it, ask, carry it out. */
import { planSessionOrder, type SessionOrder } from "../../src/plan/sessionOrder.ts";
import { carryPlan } from "../../src/plugin/carryPlan.ts";
import { readProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

export interface Args {
  session: string;
  policy: string;
  bundler: string;
  simulator: string;
  acceptChangedEffects: boolean;
  acceptBrokenInvariants: boolean;
  dryRun: boolean;
}

export const orderTask =
  (kind: SessionOrder["kind"]): TaskAction<Args> =>
  async (
    { session, policy, bundler, simulator, acceptChangedEffects, acceptBrokenInvariants, dryRun },
    context,
  ) => {
    const project = await openProject(context.hre, { policy, bundler, report: context.progress });
    const snapshot = await readProject(project);
    const now = snapshot.block.timestamp;
    const plan = planSessionOrder(project.desired, snapshot, { kind, session }, { now });
    const { report, effects, text } = await carryPlan(project, { plan, snapshot }, context, {
      dryRun,
      simulator,
      acceptChangedEffects,
      acceptBrokenInvariants,
      again: context.again,
    });
    return { data: { plan, effects, report }, text, exitCode: plan.findings.length > 0 ? 2 : 0 };
  };
