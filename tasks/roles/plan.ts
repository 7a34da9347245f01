import { formatPlan } from "../../src/plan/index.ts";
import { nameIn } from "../../src/plugin/carryPlan.ts";
import { planProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

const plan: TaskAction<{ policy: string }> = async ({ policy }, context) => {
  const project = await openProject(context.hre, { policy });
  context.progress(`Comparing ${project.policy} with ${project.network}`);
  const { snapshot, plan, drift } = await planProject(project);
  return {
    data: { block: snapshot.block, drift, ...plan },
    text: formatPlan(plan, nameIn(project), snapshot.block.timestamp),
    exitCode: drift.length === 0 ? 0 : 2,
  };
};

export default plan;
