/** Executing what waited: ready, unchanged in its effects, paid for, and still meant by the policy. */
import { type Address, formatEther } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import type { ActOutcome } from "../../operations/acts/types.ts";
import { advance, operationOf } from "../../operations/advance.ts";
import { hashEffects } from "../../operations/effects/canonical.ts";
import { compareEffects } from "../../operations/effects/compare.ts";
import { formatComparison, formatEffects } from "../../operations/effects/format.ts";
import { requireSafeEffects, type SafeEffectsOptions } from "../../operations/effects/requireSafe.ts";
import type { CanonicalEffects, EffectReport } from "../../operations/effects/types.ts";
import { formatCalls } from "../../operations/format.ts";
import { type OperationState, readOperationState, requireReady } from "../../operations/lifecycle.ts";
import { callerOf, planRoute } from "../../operations/routes/planRoute.ts";
import type { OperationFile, StoredSafeTransaction } from "../../operations/store/operationFile.ts";
import type { Operation } from "../../operations/types.ts";
import { agreedOf, type ForeseenSafe, foreseeSafe, withSafeText } from "./foreseeSafe.ts";
import {
  affectedByPolicy,
  etherNeeded,
  fileOfForeign,
  foreignOperation,
  type Inspected,
  inspectOperations,
} from "./inspect.ts";
import { type ObserveRequest, observe } from "./observe.ts";
import type { Operations } from "./open.ts";
import { NOT_SIMULATED, observeUnlessUrgent, withExecutor } from "./propose.ts";

export interface ExecuteRequest extends Pick<ObserveRequest, "simulator">, SafeEffectsOptions {
  /** Who executes; whoever can act here when absent. */
  as?: Address;
  acceptChangedEffects?: boolean;
  acceptChangedPolicy?: boolean;
  /** For what takes power away in an emergency: goes on, and says so, where nothing can simulate. */
  urgent?: boolean;
  /** Of the Safe that executes; the next free one when absent. */
  safeNonce?: bigint;
  /** What was agreed to before, where this goes on with it. */
  agreed?: StoredSafeTransaction;
}

export interface Execution extends ForeseenSafe {
  inspected: Inspected;
  /** Absent where nothing could simulate, and it was urgent. */
  effects?: EffectReport;
  /** The effects in words, and what changed since it was proposed. */
  effectsText: string;
  /** Everything a person has to read before agreeing. */
  text: string;
  submit(): Promise<{ outcome: ActOutcome; state: OperationState; file: OperationFile }>;
}

/**
 * Nothing is sent yet.
 *
 * @throws PortcullisError OPERATION_NOT_READY and its like, INSUFFICIENT_BALANCE, POLICY_CHANGED, EFFECTS_CHANGED,
 * SIMULATION_*, INVARIANT_*
 */
export async function prepareExecution(
  operations: Operations,
  inspected: Inspected,
  request: ExecuteRequest,
): Promise<Execution> {
  const { project, book } = operations;
  const now = await project.now();
  requireReady(inspected.id, inspected.state, now);
  const operation = inspected.file ? operationOf(inspected.file) : foreignOperation(operations, inspected);
  if (!request.acceptChangedPolicy) await requireSamePolicy(operations, inspected);
  await requireEther(operations, operation);
  const env = await withExecutor(
    operations,
    await operations.environment(operation.route),
    operation.route,
    request.as,
  );
  const known = inspected.file && inspected.file.origin === undefined ? inspected.file : undefined;
  const plan = known
    ? planRoute(operation, known.nonce, env.facts)
    : {
        ...inspected.plan,
        stages: inspected.plan.stages.map((stage) =>
          request.as ? { ...stage, act: { ...stage.act, as: request.as } } : stage,
        ),
      };
  const state = await readOperationState(env, plan, inspected.file, now);
  const stage = state.stage ?? plan.stages.at(-1);
  if (!stage) throw new Error("a ready operation has a stage left");
  const readyAt = state.pending?.readyAt ?? 0n;
  const report = await observeUnlessUrgent(
    () => observe(operations, operation, plan, stage, { now, readyAt, wait: 0n }, request),
    request.urgent,
  );
  if (report) requireSafeEffects(report, request);
  const changed = report && describeChange(inspected.file, report.canonical, hashEffects(report), book);
  if (changed && !request.acceptChangedEffects) {
    throw new PortcullisError(
      "EFFECTS_CHANGED",
      `The operation would not do what was agreed to:\n${changed}`,
      {
        hint: "propose it again, or add --accept-changed-effects if this is what is wanted now",
        details: { committed: inspected.file?.effectsHash, now: report && hashEffects(report) },
      },
    );
  }
  const file = inspected.file ?? fileOfForeign(operations, inspected, now);
  const effectsText = [
    ...(changed ? ["!! CHANGED since it was proposed:", changed, ""] : []),
    report ? formatEffects(report, book) : NOT_SIMULATED,
  ].join("\n");
  const next = { file, stage: stage.name, act: stage.act };
  const safe = await foreseeSafe(next, env, request.safeNonce);
  const agreed = request.agreed ? { ...safe, safeTransaction: request.agreed } : safe;
  return {
    ...safe,
    inspected: { ...inspected, plan, state },
    ...(report ? { effects: report } : {}),
    effectsText,
    text: withSafeText([formatCalls(inspected.calls, book), "", effectsText].join("\n"), safe, book),
    submit: async () => {
      const done = await advance({ ...next, state, ...agreedOf(agreed) }, env);
      return { ...done, state: await readOperationState(env, plan, done.file, await env.now()) };
    },
  };
}

/** Undefined where nothing was committed to, or nothing changed. */
function describeChange(
  file: OperationFile | undefined,
  now: CanonicalEffects,
  hash: string,
  book: AddressBook,
): string | undefined {
  if (!file?.effectsHash || file.effectsHash === hash) return undefined;
  if (file.effects === undefined)
    return `  its effects hash to ${hash}, and ${file.effectsHash} was agreed to`;
  return formatComparison(compareEffects(file.effects as CanonicalEffects, now), book);
}

async function requireSamePolicy(operations: Operations, inspected: Inspected): Promise<void> {
  const { policyHash } = operations.project.desired;
  if (!inspected.file || inspected.file.policyHash === policyHash) return;
  const affected = affectedByPolicy(await inspectOperations(operations), policyHash);
  const list = affected.map(({ id, file }) => `${id.slice(0, 10)} (${file?.title})`);
  throw new PortcullisError(
    "POLICY_CHANGED",
    `The policy has changed since these were proposed: ${list.join(", ")}`,
    {
      hint: "look at `npx hardhat roles plan`, then cancel them, or run the same command with --accept-changed-policy",
      details: { ids: affected.map(({ id }) => id), policyHash },
    },
  );
}

async function requireEther({ client, book }: Operations, operation: Operation): Promise<void> {
  const needed = etherNeeded(operation);
  const { route } = operation;
  if (needed === 0n || route.kind === "direct" || route.kind === "manager") return;
  const account = callerOf(route);
  const balance = await client.getBalance({ address: account });
  if (balance >= needed) return;
  const name = book.entries.find((e) => e.address === account)?.name ?? account;
  throw new PortcullisError(
    "INSUFFICIENT_BALANCE",
    `${name} has ${formatEther(balance)} ether and the calls send ${formatEther(needed)}: ${formatEther(needed - balance)} is missing`,
    {
      hint: `send ${formatEther(needed - balance)} ether to ${account} and run the same command again`,
      details: { account, balance, needed, missing: needed - balance },
    },
  );
}
