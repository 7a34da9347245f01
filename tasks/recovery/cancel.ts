import { planVeto } from "../../src/plan/recoveryVeto.ts";
import { carryPlan } from "../../src/plugin/carryPlan.ts";
import { readProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import { readAccountRecovery } from "../../src/plugin/recovery/readAccountRecovery.ts";
import type { TaskAction } from "../define.ts";
import { type AlarmArgs, raiseAlarm } from "./raiseAlarm.ts";

interface Args extends AlarmArgs {
  change: boolean;
  bundler: string;
  simulator: string;
  acceptChangedEffects: boolean;
  acceptBrokenInvariants: boolean;
}

/** The owner vetoes a recovery; guardians veto a change of the guardians. */
const cancel: TaskAction<Args> = async (args, context) => {
  const { policy, bundler } = args;
  if (args.change) return raiseAlarm("veto", args, context);
  const project = await openProject(context.hre, { policy, bundler, report: context.progress });
  const { name, state, now } = await readAccountRecovery(project, args.account);
  const plan = planVeto(name, state, now);
  const carried = await carryPlan(project, { plan, snapshot: await readProject(project) }, context, {
    ...args,
    again: context.again,
  });
  const costs = `It costs one of the ${state.vetoes.left} vetoes that are left, and voids whatever guardians have signed so far.`;
  return {
    data: { plan, report: carried.report, effects: carried.effects },
    text: `${carried.text}\n\n${costs}`,
  };
};

export default cancel;
