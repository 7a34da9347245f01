import { carryPlan } from "../../src/plugin/carryPlan.ts";
import { finishBegun } from "../../src/plugin/operate/finishBegun.ts";
import { planProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

interface Arguments {
  policy: string;
  simulator: string;
  acceptChangedEffects: boolean;
  acceptBrokenInvariants: boolean;
  dryRun: boolean;
}

const apply: TaskAction<Arguments> = async ({ policy, ...options }, context) => {
  const project = await openProject(context.hre, { policy, report: context.progress });
  await finishBegun(project, context, options);
  const planned = await planProject(project);
  const { report, effects, safeTransactions, text } = await carryPlan(project, planned, context, {
    ...options,
    again: context.again,
  });
  const open =
    report === null ? planned.drift.length > 0 : report.executed.length < planned.plan.steps.length;
  return {
    data: { plan: planned.plan, effects, safeTransactions, report },
    text,
    exitCode: open || planned.plan.findings.length > 0 ? 2 : 0,
  };
};

export default apply;
