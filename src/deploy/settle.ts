/**
 * The end of a deployment: the whole chain state against the whole policy. What is left can be that somebody has to
 * accept what was offered; that is begun here, and nothing is called done before it is.
 */
import type { Address } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Plan } from "../operations/types.ts";
import type { ApplyReport } from "../plan/applyPlan.ts";
import { planChanges } from "../plan/planChanges.ts";
import { formatTime } from "../plan/wording.ts";
import type { Desired } from "../policy/desired.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { describeRight } from "./describe.ts";
import type { Right } from "./findRights.ts";
import { ownedParts } from "./ownedParts.ts";
import type { DeployContext } from "./types.ts";
import { type HandoffReport, verifyHandoff } from "./verifyHandoff.ts";

export interface Settled {
  /** Rights of the deployer that the policy gives it by name. */
  rights: readonly Right[];
  snapshot: Snapshot;
}

/** More acceptances after one another than any policy has: a defect, not a big policy. */
const MOST_TURNS = 20;

type Subject = Pick<DeployContext, "client" | "carry" | "passTime" | "report">;

/** Throws `HANDOVER_UNPROVED`, `HANDOVER_PENDING`, `DEPLOYMENT_DIFFERS`. */
export async function settle(
  context: Subject,
  desired: Desired,
  deployer: Address,
  fromBlock: bigint,
): Promise<Settled> {
  for (let turn = 0; ; turn += 1) {
    const proof = await verifyHandoff(context.client, desired, deployer, { fromBlock });
    const { snapshot } = proof;
    const now = snapshot.block.timestamp;
    const left = planChanges(desired, snapshot, { now });
    if (proof.undeclared.length === 0 && isEmpty(left)) return { rights: proof.declared, snapshot };
    const acceptances = planChanges(ownedParts(desired), snapshot, { now });
    const begun = isEmpty(acceptances) ? undefined : await context.carry?.(desired, acceptances, snapshot);
    if (turn < MOST_TURNS && begun !== undefined) {
      if (begun.executed.length > 0) continue;
      if (begun.comeBackAt !== undefined && context.passTime !== undefined) {
        context.report(`the embedded chain lets the time pass until ${formatTime(begun.comeBackAt)}`);
        await context.passTime(begun.comeBackAt);
        continue;
      }
    }
    throw explain(desired, proof, { left, acceptances, begun });
  }
}

interface Open {
  left: Plan;
  acceptances: Plan;
  begun: ApplyReport | undefined;
}

function explain(
  desired: Desired,
  proof: HandoffReport,
  { left, acceptances, begun }: Open,
): PortcullisError {
  const { undeclared, holder } = proof;
  const lines = describeOpen(left, begun);
  const at = begun?.comeBackAt === undefined ? "" : ` at ${formatTime(begun.comeBackAt)}`;
  const details = { deployer: holder, rights: undeclared, outstanding: lines, comeBackAt: begun?.comeBackAt };
  if (undeclared.length === 0) {
    return new PortcullisError(
      "DEPLOYMENT_DIFFERS",
      `The deployer has no right left, but the chain is not what the policy says:\n${list(lines)}`,
      {
        hint: `\`npx hardhat roles plan\`, then \`npx hardhat roles apply\`; then \`npx hardhat deploy\` again${at}`,
        details,
      },
    );
  }
  const held = `The deployer ${holder} still holds: ${undeclared.map((r) => describeRight(desired, r)).join(", ")}`;
  if (isEmpty(acceptances)) {
    return new PortcullisError("HANDOVER_UNPROVED", held, {
      hint: "`npx hardhat roles plan` shows what takes it away; then `npx hardhat handoff verify`",
      details,
    });
  }
  return new PortcullisError("HANDOVER_PENDING", `${held}, until this is done:\n${list(lines)}`, {
    hint: `run \`npx hardhat deploy\` again${at}: it goes on from there`,
    details,
  });
}

/** What was begun says more than that it is planned. */
function describeOpen(left: Plan, begun: ApplyReport | undefined): string[] {
  const known = new Map<string, string>([
    ...(begun?.waiting ?? []).map((w) => [w.step.id, `ready at ${formatTime(w.until)}`] as const),
    ...(begun?.elsewhere ?? []).map((e) => [e.step.id, e.next] as const),
    ...(begun?.refused ?? []).map((r) => [r.step.id, `refused: ${r.error.message}`] as const),
  ]);
  return [
    ...left.steps.map(({ id, title }) => `${title}${known.has(id) ? ` (${known.get(id)})` : ""}`),
    ...left.waits.map(({ title, until }) => `${title} (at ${formatTime(until)})`),
    ...left.findings.map(({ path, message }) => `${path}: ${message}`),
  ];
}

const isEmpty = ({ steps, waits, findings }: Plan): boolean =>
  steps.length === 0 && waits.length === 0 && findings.length === 0;

const list = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join("\n");
