/** Where policy and chain differ, for people. */
import type { Hash } from "viem";
import type { Plan } from "../operations/types.ts";
import type { Desired } from "../policy/desired.ts";
import type { Snapshot } from "../snapshot/types.ts";
import type { Change } from "./change.ts";
import { compareText } from "./model.ts";
import { createContext, type PlanOptions, planChanges } from "./planChanges.ts";
import { proposeChanges } from "./propose.ts";

export interface Drift {
  /** In the policy's names: `manager.roles.treasurer.members.alice`. */
  path: string;
  wanted: string;
  found: string;
  /** `high`: power that the policy does not give. `medium`: power or protection that is missing. `low`: a name. */
  severity: "high" | "medium" | "low";
  /** The last step of the plan that repairs it; absent where none can. */
  step?: Hash;
}

/**
 * @param plan the plan for the same desired state and snapshot; made here when absent
 * @param options of the plan; the snapshot's own time when absent
 */
export function describeDrift(
  desired: Desired,
  snapshot: Snapshot,
  plan?: Plan,
  options: PlanOptions = { now: snapshot.block.timestamp },
): Drift[] {
  const { steps } = plan ?? planChanges(desired, snapshot, options);
  const { changes } = proposeChanges(createContext(desired, snapshot, options));
  return changes
    .map((change): Drift => {
      const step = steps.filter((s) => s.paths.includes(change.path)).at(-1)?.id;
      const { path, wanted, found } = change;
      return { path, wanted, found, severity: severityOf(change), ...(step === undefined ? {} : { step }) };
    })
    .sort((a, b) => compareText(a.path, b.path));
}

function severityOf({ effect }: Change): Drift["severity"] {
  return effect === "tightening" ? "high" : effect === "loosening" ? "medium" : "low";
}
