/**
 * Where an operation stands, from the chain; what the chain forgets (that it was executed or cancelled) from the file.
 *
 *   draft → waiting → ready → done
 *             │         ├──→ expired      (and past its deadline)
 *             └────┬────┘
 *                  └──→ cancelled | void
 */
import type { Hash, PublicClient } from "viem";
import { PortcullisError } from "../errors.ts";
import { formatDuration } from "../policy/text/duration.ts";
import { type PendingState, readPending } from "./routes/readPending.ts";
import type { RoutePlan, Stage } from "./routes/types.ts";
import { type Begun, type SettleEnvironment, settleSent } from "./settleSent.ts";
import type { OperationFile } from "./store/operationFile.ts";

export interface OperationState {
  status: "draft" | "waiting" | "ready" | "done" | "expired" | "void" | "cancelled";
  /** The next stage; absent where none is left. */
  stage?: Stage;
  /** What the last contract on the route says; absent where nothing waits on any. */
  pending?: PendingState;
  /** The file with what happened since it was written; absent where there is none. */
  file?: OperationFile;
  /** The next stage was signed by an earlier run: it goes on, whatever it would do. */
  sent?: true;
  /** How far that run got. */
  begun?: Begun;
}

/** `now`: time of the latest block, seconds. What was sent and never noted counts as noted. */
export async function readOperationState(
  env: SettleEnvironment,
  plan: RoutePlan,
  file: OperationFile | undefined,
  now: bigint,
): Promise<OperationState> {
  if (file === undefined) return readState(env.client, plan, undefined, now);
  const settled = await settleSent(file, env);
  const state = await readState(env.client, plan, settled.file, now);
  return {
    ...state,
    file: settled.file,
    ...(settled.sent ? { sent: true as const } : {}),
    ...(settled.begun ? { begun: settled.begun } : {}),
  };
}

async function readState(
  client: PublicClient,
  plan: RoutePlan,
  file: OperationFile | undefined,
  now: bigint,
): Promise<OperationState> {
  const happened = (what: OperationFile["history"][number]["what"]) =>
    file?.history.some((e) => e.what === what) === true;
  const scheduled = file?.history.filter((e) => e.what === "scheduled").length ?? 0;
  for (const [index, stage] of [...plan.stages.entries()].reverse()) {
    if (!stage.runs) continue;
    const pending = await readPending(client, stage.runs, now);
    const last = stage === plan.stages.at(-1);
    if (pending.status === "unset") {
      if (last && stage.runs.kind === "manager" && happened("executed")) return { status: "done", pending };
      // each stage before this one has left something waiting, and this one's is gone
      if (happened("cancelled")) return { status: "cancelled", pending };
      if (scheduled >= index)
        return { status: mayHaveExpired(stage, file, now) ? "expired" : "cancelled", pending };
      continue;
    }
    if (pending.status === "done") {
      if (last) return { status: "done", pending };
      continue;
    }
    if (pending.status === "void" || pending.status === "expired") return { status: pending.status, pending };
    if (pending.status === "ready" && file && file.deadline <= now) return { status: "expired", pending };
    return { status: pending.status, stage, pending };
  }
  const [first] = plan.stages;
  if (first === plan.stages.at(-1) && happened("executed")) return { status: "done" };
  if (file && file.deadline <= now) return { status: "expired" };
  return { status: "draft", ...(first ? { stage: first } : {}) };
}

/** OpenZeppelin's manager forgets what expired too: a week after it became ready, so not before a week has passed. */
function mayHaveExpired(stage: Stage, file: OperationFile | undefined, now: bigint): boolean {
  const at = file?.history.findLast((e) => e.what === "scheduled")?.at;
  return stage.runs?.kind === "manager" && at !== undefined && now >= at + 7n * 86_400n;
}

/**
 * @throws PortcullisError OPERATION_NOT_SCHEDULED, OPERATION_NOT_READY, OPERATION_EXPIRED, OPERATION_CANCELLED,
 * OPERATION_VOID, OPERATION_DONE
 */
export function requireReady(id: Hash, state: OperationState, now: bigint): void {
  if (state.status === "ready") return;
  const short = id.slice(0, 10);
  const { readyAt = 0n, expiresAt = 0n } = state.pending ?? {};
  const details = { id, status: state.status, readyAt, expiresAt };
  switch (state.status) {
    case "draft":
      throw new PortcullisError("OPERATION_NOT_SCHEDULED", `Operation ${short} has not been scheduled yet`, {
        hint: `npx hardhat timelock propose --resume ${short}`,
        details,
      });
    case "waiting":
      throw new PortcullisError(
        "OPERATION_NOT_READY",
        `Operation ${short} is ready at ${formatTime(readyAt)}, in ${formatDuration(readyAt - now)}`,
        { hint: `after ${formatTime(readyAt)}: npx hardhat timelock execute ${short}`, details },
      );
    case "expired":
      throw new PortcullisError(
        "OPERATION_EXPIRED",
        `Operation ${short} can no longer be executed: ${expiresAt > 0n && expiresAt <= now ? `it expired at ${formatTime(expiresAt)}` : "its deadline has passed"}`,
        { hint: `read it with \`npx hardhat timelock show ${short}\`, then propose it again`, details },
      );
    case "void":
      throw new PortcullisError(
        "OPERATION_VOID",
        `Operation ${short} was voided: a guardian suspended its proposer, or cancelled all`,
        {
          hint: `read it with \`npx hardhat timelock show ${short}\`, then propose it again`,
          details,
        },
      );
    case "cancelled":
      throw new PortcullisError("OPERATION_CANCELLED", `Operation ${short} was cancelled`, {
        hint: `read it with \`npx hardhat timelock show ${short}\`, then propose it again`,
        details,
      });
    case "done":
      throw new PortcullisError("OPERATION_DONE", `Operation ${short} has already been executed`, {
        hint: "npx hardhat timelock list",
        details,
      });
  }
}

/** `2026-11-22 08:00:00 UTC` */
export function formatTime(seconds: bigint): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function isUnfinished({ status }: OperationState): boolean {
  return status === "draft" || status === "waiting" || status === "ready";
}
