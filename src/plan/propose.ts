/** All differences between the policy and the model as it is now, each with its next calls. */
import type { Address } from "viem";
import type { ContractState } from "../snapshot/types.ts";
import { type Change, impossible, type PlanContext, type SurfacePlanner, type Wait } from "./change.ts";
import { compareText, sameAddress, stateOf } from "./model.ts";
import { planAccessControl } from "./surfaces/accessControl.ts";
import { planAccount } from "./surfaces/account.ts";
import { planBindings } from "./surfaces/bindings.ts";
import { planDefaultAdmin } from "./surfaces/defaultAdmin.ts";
import { planGrants } from "./surfaces/grants.ts";
import { planImplementation } from "./surfaces/implementation.ts";
import { planManaged } from "./surfaces/managed.ts";
import { planOwnable } from "./surfaces/ownable.ts";
import { planPostConditions } from "./surfaces/postConditions.ts";
import { planProxy } from "./surfaces/proxy.ts";
import { planRecovery } from "./surfaces/recovery.ts";
import { planRoles } from "./surfaces/roles.ts";
import { planRotations } from "./surfaces/rotations.ts";
import { planSafe } from "./surfaces/safe.ts";
import { planSafeSingleton } from "./surfaces/safeSingleton.ts";
import { planSessions } from "./surfaces/sessions.ts";
import { planSuspensions } from "./surfaces/suspensions.ts";
import { planTargets } from "./surfaces/targets.ts";
import { planTimelock } from "./surfaces/timelock.ts";

const PLANNERS: readonly SurfacePlanner[] = [
  planRoles,
  planGrants,
  planTargets,
  planBindings,
  planRotations,
  planTimelock,
  planSuspensions,
  planPostConditions,
  planSafe,
  planSafeSingleton,
  planAccount,
  planRecovery,
  planSessions,
  planOwnable,
  planAccessControl,
  planDefaultAdmin,
  planManaged,
  planProxy,
  planImplementation,
];

const SURFACES = [
  "manager",
  "timelock",
  "safe",
  "account",
  "ownable",
  "accessControl",
  "managed",
  "proxy",
] as const;

export interface Proposal {
  /** Sorted: tightening, neutral, loosening; hand-overs last; then by path. */
  changes: Change[];
  waits: Wait[];
}

export function proposeChanges(context: PlanContext): Proposal {
  const changes: Change[] = [];
  const waits: Wait[] = [];
  for (const wanted of context.desired.contracts) {
    if (SURFACES.every((surface) => wanted[surface] === undefined)) continue;
    const found = stateOf(context.model, wanted.address);
    if (found === undefined || found.codehash === null) {
      changes.push(notDeployed(wanted.name));
      continue;
    }
    for (const surface of SURFACES) {
      if (wanted[surface] === undefined || found[surface] !== undefined) continue;
      // An Ownable that a manager owns is managed too: it is called through the manager.
      if (surface === "managed" && isOwnedBy(found, wanted.managed?.authority)) continue;
      changes.push(notThere(wanted.name, surface));
    }
    for (const plan of PLANNERS) {
      const part = plan({ wanted, found, context });
      changes.push(...part.changes);
      waits.push(...(part.waits ?? []));
    }
  }
  return { changes: changes.sort(compareChanges), waits: waits.sort((a, b) => compareText(a.path, b.path)) };
}

const EFFECT_RANK = { tightening: 0, neutral: 1, loosening: 2 } as const;

function compareChanges(a: Change, b: Change): number {
  const effect = EFFECT_RANK[a.effect] - EFFECT_RANK[b.effect];
  if (effect !== 0) return effect;
  return (a.rank ?? 0) - (b.rank ?? 0) || compareText(a.path, b.path);
}

function notDeployed(name: string): Change {
  return impossible(
    { path: name, wanted: "deployed", found: "no code", effect: "neutral" },
    `there is no contract at the address of ${name}`,
    "npx hardhat deploy",
  );
}

const isOwnedBy = ({ ownable }: ContractState, owner: Address | undefined): boolean =>
  ownable !== undefined && owner !== undefined && sameAddress(ownable.owner, owner);

const WHAT: Readonly<Record<(typeof SURFACES)[number], string>> = {
  manager: "an access manager",
  timelock: "a timelock",
  safe: "a Safe",
  account: "a Portcullis smart account",
  ownable: "Ownable",
  accessControl: "AccessControl",
  managed: "AccessManaged",
  proxy: "an ERC-1967 proxy",
};

function notThere(name: string, surface: (typeof SURFACES)[number]): Change {
  return impossible(
    { path: `${name}.${surface}`, wanted: WHAT[surface], found: "none", effect: "neutral" },
    `the code at the address of ${name} is not ${WHAT[surface]}`,
    "correct the address in the policy, or `npx hardhat policy import` what the chain has",
  );
}
