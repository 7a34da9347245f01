/** The last step of a deployment, for which nothing else waits: sources on the explorers the policy names. */
import type { Manifest } from "../deploy/manifest.ts";
import type { DeployContext } from "../deploy/types.ts";
import { listSubmissions } from "../deploy/verification/submissions.ts";
import { type Shown, verifySources } from "../deploy/verification/verifySources.ts";
import { systemClock } from "./clock.ts";
import { openExplorers } from "./explorers.ts";
import type { Project } from "./project.ts";

const BUDGET = 60_000;

/** Each contract at each explorer; empty where none is named. On the embedded chain nobody could look. */
export async function showSources(
  project: Project,
  context: DeployContext,
  manifest: Manifest,
): Promise<readonly Shown[]> {
  if (project.embedded) return [];
  try {
    const explorers = await openExplorers(project);
    if (explorers.length === 0) return [];
    const contracts = await listSubmissions(context, manifest);
    const { files, report } = context;
    return await verifySources({ explorers, contracts, files, clock: systemClock, budget: BUDGET, report });
  } catch (error) {
    // The deployment is finished and proved whatever becomes of this.
    context.report(`sources were not verified: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** What is verified and what is not, one line each. */
export function formatShown(shown: readonly Shown[]): string[] {
  if (shown.length === 0) return [];
  return [
    "",
    "Sources:",
    ...shown.map(
      ({ explorer, name, status, reason }) =>
        `  ${explorer.padEnd(10)} ${name.padEnd(28)} ${status}${reason === undefined || status === "verified" ? "" : `: ${reason}`}`,
    ),
  ];
}
