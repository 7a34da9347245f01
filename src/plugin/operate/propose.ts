/** From calls to an operation that waits on the chain: decoded, simulated, confirmed, scheduled. */
import { type Address, isAddressEqual, size, slice, zeroAddress } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { ActOutcome } from "../../operations/acts/types.ts";
import {
  type AdvanceEnvironment,
  advance,
  type Draft,
  draftOperation,
  findUnfinished,
} from "../../operations/advance.ts";
import { hashEffects } from "../../operations/effects/canonical.ts";
import { formatEffects } from "../../operations/effects/format.ts";
import { requireSafeEffects, type SafeEffectsOptions } from "../../operations/effects/requireSafe.ts";
import type { EffectReport } from "../../operations/effects/types.ts";
import { formatCalls } from "../../operations/format.ts";
import { type OperationState, readOperationState } from "../../operations/lifecycle.ts";
import { callerOf, planRoute } from "../../operations/routes/planRoute.ts";
import { readExecutionDelay } from "../../operations/routes/readPending.ts";
import type { RouteFacts, Stage } from "../../operations/routes/types.ts";
import type { OperationFile } from "../../operations/store/operationFile.ts";
import type { Call, Operation, Route } from "../../operations/types.ts";
import { agreedOf, type ForeseenSafe, foreseeSafe, withSafeText } from "./foreseeSafe.ts";
import { type ObserveRequest, observe } from "./observe.ts";
import { chooseActor, findPrincipal, type Operations, principalRoute, type Timelock } from "./open.ts";
import { requireUnscheduled } from "./requireUnscheduled.ts";

export interface ProposeRequest extends ObserveRequest, SafeEffectsOptions {
  calls: readonly Call[];
  title: string;
  reason: string;
  route: Route;
  /** Seconds since the epoch; when absent, the end of the time in which the operation can be executed. */
  deadline?: bigint;
  /** Goes on with what owners have signed, although it would not do what they agreed to. */
  acceptChangedEffects?: boolean;
  /** For what takes power away in an emergency: goes on, and says so, where nothing can simulate. */
  urgent?: true;
  /** Of the Safe that acts first; the next free one when absent. */
  safeNonce?: bigint;
}

export interface Proposal extends Draft, ForeseenSafe {
  operations: Operations;
  env: AdvanceEnvironment;
  /** Absent where nothing could simulate, and it was urgent. */
  effects?: EffectReport;
  /** Everything a person has to read before agreeing. */
  text: string;
}

const month = 30n * 86_400n;

/** What is shown in place of effects, where something urgent goes on without. */
export const NOT_SIMULATED = "!! Not simulated: no simulator answers";

/**
 * Nothing is sent and nothing kept yet.
 *
 * @throws PortcullisError ALREADY_SCHEDULING, SIMULATION_*, INVARIANT_*, BOUND_EXCEEDED, DEADLINE_TOO_EARLY, NOT_PERMITTED
 */
export async function prepareProposal(operations: Operations, request: ProposeRequest): Promise<Proposal> {
  const { project, book } = operations;
  const { calls, title, reason, route } = request;
  const timelock =
    route.kind === "timelock" && operations.timelocks.find((t) => isAddressEqual(t.address, route.timelock));
  if (timelock) await requireUnscheduled(operations, timelock, calls);
  const env = await withExecutor(operations, await operations.environment(route), route);
  const pending = await findUnfinished({ ...request, chainId: project.chainId, deadline: 0n }, env);
  // What was signed goes on: it cannot be chosen any more, and simulated it might meet itself.
  if (pending && (pending.state.status !== "draft" || pending.state.sent)) {
    const shown = [formatCalls(calls, book), pending.file.effectsText ?? ""].join("\n\n");
    return foreseen({ ...pending, operations, env, text: shown }, request.safeNonce);
  }
  const now = await env.now();
  const wait = await longestWait(operations, route, calls, env.facts);
  const deadline = request.deadline ?? now + wait + expiryOf(operations, route);
  if (deadline <= now + wait) {
    throw new PortcullisError(
      "DEADLINE_TOO_EARLY",
      `The deadline would pass before the operation can be executed, in ${wait} seconds`,
      {
        hint: "give a later --deadline, or leave it out",
        details: { deadline, readyAt: now + wait },
      },
    );
  }
  const bare: Operation = { chainId: project.chainId, title, reason, deadline, calls, route };
  const plan = planRoute(bare, 0n, env.facts);
  const [first] = plan.stages;
  const effects = await observeUnlessUrgent(
    () => observe(operations, bare, plan, first as Stage, { now, readyAt: 0n, wait }, request),
    request.urgent,
  );
  if (effects) requireSafeEffects(effects, request);
  const text = formatCalls(calls, book);
  const effectsText = effects ? formatEffects(effects, book) : NOT_SIMULATED;
  const draft = await draftOperation(
    {
      operation: { ...bare, ...(effects ? { effectsHash: hashEffects(effects) } : {}) },
      text,
      ...(effects ? { effects: effects.canonical } : {}),
      effectsText,
      policyHash: project.desired.policyHash,
      ...(request.acceptChangedEffects ? { acceptChangedEffects: true } : {}),
    },
    env,
  );
  const shown = `${text}\n\n${effectsText}`;
  return foreseen(
    { ...draft, operations, env, ...(effects ? { effects } : {}), text: shown },
    request.safeNonce,
  );
}

/** With what a Safe's owners will sign, where one acts next. */
export async function foreseen(proposal: Proposal, safeNonce: bigint | undefined): Promise<Proposal> {
  const { file, state, env, operations, text } = proposal;
  if (!state.stage || state.status !== "draft") return proposal;
  const { name, act } = state.stage;
  const safe = await foreseeSafe({ file, stage: name, act }, env, safeNonce);
  return { ...proposal, ...safe, text: withSafeText(text, safe, operations.book) };
}

/** Undefined where nothing can simulate, and it cannot wait for that. */
export async function observeUnlessUrgent(
  run: () => Promise<EffectReport>,
  urgent = false,
): Promise<EffectReport | undefined> {
  try {
    return await run();
  } catch (error) {
    if (urgent && error instanceof PortcullisError && error.code === "SIMULATION_IMPOSSIBLE")
      return undefined;
    throw error;
  }
}

/**
 * Schedules; or, where the route has no waiting, executes.
 *
 * @throws PortcullisError SAFE_TRANSACTION_CHANGED where a Safe's owners would sign something else than was shown
 */
export async function submitProposal(
  proposal: Pick<Proposal, "file" | "plan" | "state" | "env" | keyof ForeseenSafe>,
): Promise<{ file: OperationFile; outcome: ActOutcome; state: OperationState }> {
  const { file, plan, state, env } = proposal;
  const { stage } = state;
  if (!stage || state.status !== "draft")
    return { file, outcome: { status: "done", transactions: [], by: zeroAddress }, state };
  const done = await advance({ file, act: stage.act, stage: stage.name, state, ...agreedOf(proposal) }, env);
  return { ...done, state: await readOperationState(env, plan, done.file, await env.now()) };
}

/** The timelock that was named, or the only one. @throws PortcullisError TIMELOCK_UNKNOWN */
export function findTimelock(operations: Operations, written: string): Timelock {
  const { timelocks } = operations;
  const [only] = timelocks;
  if (written === "" && only && timelocks.length === 1) return only;
  const address = written === "" ? undefined : findPrincipal(operations, written);
  const found = address && timelocks.find((t) => isAddressEqual(t.address, address));
  if (found) return found;
  const names = timelocks.map((t) => t.name).join(", ");
  throw new PortcullisError(
    "TIMELOCK_UNKNOWN",
    written === ""
      ? `There are ${timelocks.length} timelocks${names && `: ${names}`}`
      : `${written} is no timelock of the policy`,
    {
      hint: names
        ? `add --timelock ${only?.name}`
        : "add a timelock to the policy and run npx hardhat deploy",
      details: { timelocks: names },
    },
  );
}

/** @throws PortcullisError NOT_PROPOSER, PRINCIPAL_UNKNOWN */
export async function timelockRoute(operations: Operations, timelock: Timelock, as: string): Promise<Route> {
  const { proposers, suspended } = timelock.state;
  const able = proposers.filter((p) => !suspended.some((s) => isAddressEqual(s, p)));
  const address = as === "" ? await chooseActor(operations, able) : findPrincipal(operations, as);
  if (!address || !able.some((p) => isAddressEqual(p, address))) {
    const names = able.map(
      (p) => operations.book.entries.find((e) => isAddressEqual(e.address, p))?.name ?? p,
    );
    throw new PortcullisError(
      "NOT_PROPOSER",
      `${as || "Nobody here"} cannot propose to ${timelock.name}${as && suspended.length ? " (suspended?)" : ""}`,
      {
        hint: names.length
          ? `add --as ${names[0]} (proposers: ${names.join(", ")})`
          : "npx hardhat roles list",
        details: { as, proposers: able },
      },
    );
  }
  return {
    kind: "timelock",
    timelock: timelock.address,
    proposer: await principalRoute(operations, address),
  };
}

/** Puts the executor that can act here first. */
export async function withExecutor(
  operations: Operations,
  env: AdvanceEnvironment,
  route: Route,
  as?: Address,
): Promise<AdvanceEnvironment> {
  if (route.kind !== "timelock") return env;
  const facts = env.facts.timelocks[route.timelock];
  if (!facts || (facts.executors.some((e) => isAddressEqual(e, zeroAddress)) && !as)) return env;
  const chosen = as ?? (await chooseActor(operations, facts.executors));
  const executors = chosen ? [chosen] : facts.executors;
  return {
    ...env,
    facts: { ...env.facts, timelocks: { ...env.facts.timelocks, [route.timelock]: { ...facts, executors } } },
  };
}

/** Seconds between scheduling and executing. */
async function longestWait(
  operations: Operations,
  route: Route,
  calls: readonly Call[],
  facts: RouteFacts,
): Promise<bigint> {
  if (route.kind === "timelock") return facts.timelocks[route.timelock]?.delay ?? 0n;
  if (route.kind !== "manager") return 0n;
  const delays = await Promise.all(
    calls.map((call) =>
      readExecutionDelay(
        operations.client,
        route.manager,
        route.from,
        call.to,
        size(call.data) < 4 ? "0x00000000" : slice(call.data, 0, 4),
      ),
    ),
  );
  return delays.reduce((a, b) => (a > b ? a : b), 0n);
}

function expiryOf(operations: Operations, route: Route): bigint {
  const address = callerOf(route);
  return (
    operations.timelocks.find((t) => isAddressEqual(t.address, address))?.state.expiry ??
    (route.kind === "manager" ? 7n * 86_400n : month)
  );
}
