import { carryPlan } from "../../src/plugin/carryPlan.ts";
import { planProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

const apply: TaskAction<{ policy: string; dryRun: boolean }> = async ({ policy, dryRun }, context) => {
  const project = await openProject(context.hre, { policy, report: context.progress });
  const planned = await planProject(project);
  const { report, text } = await carryPlan(project, planned, context, {
    dryRun,
    again: context.again,
  });
  const open =
    report === null ? planned.drift.length > 0 : report.executed.length < planned.plan.steps.length;
  return {
    data: { plan: planned.plan, report },
    text,
    exitCode: open || planned.plan.findings.length > 0 ? 2 : 0,
  };
};

export default apply;
