/** Desired minus observed: plans, what they repair, and how they are carried out. */
export {
  type ApplyJournal,
  type ApplyRecord,
  type ApplyReport,
  applyPlan,
  type Carried,
  type Executor,
  type StepAttempt,
} from "./applyPlan.ts";
export type { CheckedImplementation } from "./checkedImplementation.ts";
export { type Drift, describeDrift } from "./describeDrift.ts";
export { formatPlan, formatRoute } from "./formatPlan.ts";
export { type PlanOptions, planChanges } from "./planChanges.ts";
