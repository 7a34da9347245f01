/** Judges a compiled policy: what is legal but dangerous. */
import type { Desired } from "../desired.ts";
import { nearestName } from "../text/nearest.ts";
import { weighPower } from "./power.ts";
import { distantExpiry } from "./rules/distantExpiry.ts";
import { distantSession } from "./rules/distantSession.ts";
import { expiredGrant } from "./rules/expiredGrant.ts";
import { expiredSession } from "./rules/expiredSession.ts";
import { guardianAlone } from "./rules/guardianAlone.ts";
import { guardianIsAdmin } from "./rules/guardianIsAdmin.ts";
import { guardianIsOwner } from "./rules/guardianIsOwner.ts";
import { guardianOnePerson } from "./rules/guardianOnePerson.ts";
import { guardianOneVendor } from "./rules/guardianOneVendor.ts";
import { guardianWeakThreshold } from "./rules/guardianWeakThreshold.ts";
import { holderMissing } from "./rules/holderMissing.ts";
import { keyBelowTier } from "./rules/keyBelowTier.ts";
import { noIndependentVeto } from "./rules/noIndependentVeto.ts";
import { openProposer } from "./rules/openProposer.ts";
import { permanentProductionKey } from "./rules/permanentProductionKey.ts";
import { publicFunction } from "./rules/publicFunction.ts";
import { recoveryOutrunsGrant } from "./rules/recoveryOutrunsGrant.ts";
import { roleWithoutHolder } from "./rules/roleWithoutHolder.ts";
import { rotationMissing } from "./rules/rotationMissing.ts";
import { rotationPassed } from "./rules/rotationPassed.ts";
import { safeModule } from "./rules/safeModule.ts";
import { safeSameOwners } from "./rules/safeSameOwners.ts";
import { safeThresholdOne } from "./rules/safeThresholdOne.ts";
import { safeWeakThreshold } from "./rules/safeWeakThreshold.ts";
import { selfDelegatecall } from "./rules/selfDelegatecall.ts";
import { sessionAdmin } from "./rules/sessionAdmin.ts";
import { sessionAnyArguments } from "./rules/sessionAnyArguments.ts";
import { sessionKeyShared } from "./rules/sessionKeyShared.ts";
import { sessionUncappedApproval } from "./rules/sessionUncappedApproval.ts";
import { sessionWithoutEnd } from "./rules/sessionWithoutEnd.ts";
import { sharedDuty } from "./rules/sharedDuty.ts";
import { sharedSafeOwner } from "./rules/sharedSafeOwner.ts";
import { shortGrantDelay } from "./rules/shortGrantDelay.ts";
import { shortTimelockDelay } from "./rules/shortTimelockDelay.ts";
import { singleKeyAdmin } from "./rules/singleKeyAdmin.ts";
import { singleKeyUpgrade } from "./rules/singleKeyUpgrade.ts";
import { soleVeto } from "./rules/soleVeto.ts";
import { uncoveredFunction } from "./rules/uncoveredFunction.ts";
import { undelayedAdmin } from "./rules/undelayedAdmin.ts";
import { undelayedGrant } from "./rules/undelayedGrant.ts";
import { undescribedHolder } from "./rules/undescribedHolder.ts";
import type { Lint, LintContext, LintFinding, Severity } from "./types.ts";

/** All lints; a policy accepts them by id. */
export const lints: readonly Lint[] = [
  distantExpiry,
  distantSession,
  expiredGrant,
  expiredSession,
  guardianAlone,
  guardianIsAdmin,
  guardianIsOwner,
  guardianOnePerson,
  guardianOneVendor,
  guardianWeakThreshold,
  holderMissing,
  keyBelowTier,
  noIndependentVeto,
  openProposer,
  permanentProductionKey,
  publicFunction,
  recoveryOutrunsGrant,
  roleWithoutHolder,
  rotationMissing,
  rotationPassed,
  safeModule,
  safeSameOwners,
  safeThresholdOne,
  safeWeakThreshold,
  selfDelegatecall,
  sessionAdmin,
  sessionAnyArguments,
  sessionKeyShared,
  sessionUncappedApproval,
  sessionWithoutEnd,
  sharedDuty,
  sharedSafeOwner,
  shortGrantDelay,
  shortTimelockDelay,
  singleKeyAdmin,
  singleKeyUpgrade,
  soleVeto,
  uncoveredFunction,
  undelayedAdmin,
  undelayedGrant,
  undescribedHolder,
];

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/**
 * Every danger, the accepted ones with the reason the policy gives. Most severe first, then by id and subject.
 * An acceptance that accepts nothing is a finding of its own: it would hide the danger when it comes back.
 */
export function lintPolicy(desired: Desired, { now }: { now?: bigint } = {}): LintFinding[] {
  const context: LintContext = { desired, power: weighPower(desired), ...(now === undefined ? {} : { now }) };
  const used = new Set<string>();
  const found = lints.flatMap((lint) => judge(lint, context, used));
  return [...found, ...judgeAcceptances(context, used)].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || compare(a.id, b.id) || compare(a.subject, b.subject),
  );
}

function judge(lint: Lint, context: LintContext, used: Set<string>): LintFinding[] {
  const { accept, tier } = context.desired;
  const severity = tier === "production" ? (lint.production ?? lint.severity) : lint.severity;
  const distinct = new Map(
    lint.find(context).map((danger) => [`${danger.subject}\n${danger.message}`, danger]),
  );
  return [...distinct.values()].map((danger) => {
    const key = [`${lint.id}:${danger.subject}`, lint.id].find((name) => accept[name] !== undefined);
    if (key !== undefined) used.add(key);
    const accepted = key === undefined ? undefined : accept[key];
    const finding = { id: lint.id, severity, explanation: lint.explanation, ...danger };
    return accepted === undefined ? finding : { ...finding, accepted };
  });
}

function judgeAcceptances(
  { desired: { accept }, now }: LintContext,
  used: ReadonlySet<string>,
): LintFinding[] {
  const ids = lints.map((lint) => lint.id);
  const silent = now === undefined ? lints.filter((lint) => lint.byTime).map((lint) => lint.id) : [];
  return Object.keys(accept)
    .filter((key) => !used.has(key) && !silent.includes(key.replace(/:.*/, "")))
    .map((key) => {
      const id = key.replace(/:.*/, "");
      const known = ids.includes(id);
      const nearest = nearestName(id, ids);
      return {
        id: "stale-acceptance",
        // One that names nothing would be taken for an acceptance by whoever reads the policy.
        severity: known ? "warning" : "error",
        subject: key,
        explanation: "What is accepted in advance is not looked at when it happens.",
        message: known ? `accept["${key}"] accepts nothing that is found` : `accept["${key}"] names no lint`,
        fix: known || nearest === undefined ? `take accept["${key}"] away` : `did you mean "${nearest}"?`,
      };
    });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
