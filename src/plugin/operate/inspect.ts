/** What is pending and what became of it, from the files and from the chain: either may know operations the other lacks. */
import { type Address, getAddress, type Hash, isAddressEqual, zeroHash } from "viem";
import { operationOf } from "../../operations/advance.ts";
import { formatCalls } from "../../operations/format.ts";
import { hashTimelockOperation } from "../../operations/identity.ts";
import { isUnfinished, type OperationState, readOperationState } from "../../operations/lifecycle.ts";
import { planRoute } from "../../operations/routes/planRoute.ts";
import { readPending } from "../../operations/routes/readPending.ts";
import { cancelCall, executeCall } from "../../operations/routes/timelock.ts";
import type { RoutePlan } from "../../operations/routes/types.ts";
import type { OperationFile } from "../../operations/store/operationFile.ts";
import { findOperationId } from "../../operations/store/operationStore.ts";
import type { Call, Operation, Route } from "../../operations/types.ts";
import type { TimelockOperation } from "../../snapshot/types.ts";
import type { Operations, Timelock } from "./open.ts";
import { withExecutor } from "./propose.ts";

export interface Inspected {
  id: Hash;
  file?: OperationFile;
  /** As its timelock's logs have it; absent for other routes, and after cancellation. */
  logged?: TimelockOperation;
  timelock?: Timelock;
  calls: readonly Call[];
  plan: RoutePlan;
  state: OperationState;
  proposer?: Address;
}

/** Newest last. */
export async function inspectOperations(operations: Operations): Promise<Inspected[]> {
  const now = await operations.project.now();
  const files = await operations.store.list();
  const logged = operations.timelocks.flatMap((timelock) =>
    timelock.state.operations.map((operation) => ({ timelock, operation })),
  );
  const kept = await Promise.all(files.map((file) => inspectFile(operations, file, now)));
  const foreign = logged.filter(({ operation }) => !files.some((file) => file.id === operation.id));
  const others = await Promise.all(
    foreign.map(({ timelock, operation }) => inspectLogged(operations, timelock, operation, now)),
  );
  return [...others, ...kept];
}

/** @throws PortcullisError OPERATION_UNKNOWN, OPERATION_AMBIGUOUS */
export async function inspectOperation(operations: Operations, written: string): Promise<Inspected> {
  const now = await operations.project.now();
  const files = await operations.store.list();
  const logged = operations.timelocks.flatMap((timelock) =>
    timelock.state.operations.map((operation) => ({ timelock, operation })),
  );
  const known = [
    ...files,
    ...logged
      .map(({ operation }) => ({ id: operation.id, title: undefined as never }))
      .filter(({ id }) => !files.some((f) => f.id === id)),
  ];
  const id = written.trim() === "latest" ? newest(files, logged) : findOperationId(written, known);
  const file = files.find((f) => f.id === id);
  if (file) return inspectFile(operations, file, now);
  const found = logged.find(({ operation }) => operation.id === id);
  if (!found) throw new Error("a known operation is either in a file or in the logs");
  return inspectLogged(operations, found.timelock, found.operation, now);
}

/** The one that was proposed last. @throws PortcullisError OPERATION_UNKNOWN */
function newest(
  files: readonly OperationFile[],
  logged: readonly { timelock: Timelock; operation: TimelockOperation }[],
): Hash {
  const times = [
    ...logged.map(({ timelock, operation }) => ({
      id: operation.id,
      at: operation.readyAt - timelock.state.delay.current,
    })),
    ...files.map((file) => ({ id: file.id, at: file.createdAt })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const last = times.at(-1);
  return last ? last.id : findOperationId("latest", []);
}

async function inspectFile(operations: Operations, kept: OperationFile, now: bigint): Promise<Inspected> {
  const env = await withExecutor(operations, await operations.environment(kept.route), kept.route);
  const plan = planRoute(operationOf(kept), kept.nonce, env.facts);
  const state = await readOperationState(env, plan, kept, now);
  const { file = kept } = state;
  const { route } = file;
  const timelock =
    route.kind === "timelock"
      ? operations.timelocks.find((t) => isAddressEqual(t.address, route.timelock))
      : undefined;
  const logged = timelock?.state.operations.find((operation) => operation.id === file.id);
  if (file.origin === "chain" && timelock && logged)
    return { ...(await inspectLogged(operations, timelock, logged, now)), file };
  const proposer = logged?.proposer ?? state.pending?.proposer;
  return {
    id: file.id,
    file,
    ...(logged ? { logged } : {}),
    ...(timelock ? { timelock } : {}),
    calls: file.calls,
    plan,
    state,
    ...(proposer ? { proposer } : {}),
  };
}

/** Without a file: everything but title, reason and the committed effects is on the chain. */
async function inspectLogged(
  operations: Operations,
  timelock: Timelock,
  logged: TimelockOperation,
  now: bigint,
): Promise<Inspected> {
  const { id, calls, predecessor, salt } = logged;
  const pending = { kind: "timelock" as const, address: timelock.address, ids: [id] };
  const state = await readPending(operations.client, pending, now);
  const env = await withExecutor(
    operations,
    await operations.environment({
      kind: "timelock",
      timelock: timelock.address,
      proposer: { kind: "direct", from: timelock.address },
    }),
    {
      kind: "timelock",
      timelock: timelock.address,
      proposer: { kind: "direct", from: timelock.address },
    },
  );
  const executors = env.facts.timelocks[timelock.address]?.executors ?? [];
  const anyone = timelock.state.executors.some((e) => BigInt(e) === 0n);
  const stage = {
    name: "execute" as const,
    runs: pending,
    act: {
      as: anyone ? ("anyone" as const) : (executors[0] ?? timelock.address),
      calls: [executeCall(timelock.address, calls, predecessor, salt)],
      label: `execute ${id.slice(0, 10)}`,
    },
  };
  const plan: RoutePlan = {
    id,
    salt,
    stages: [stage],
    cancel: { calls: [cancelCall(timelock.address, id)], pending },
  };
  const status = state.status === "unset" ? "cancelled" : state.status;
  return {
    id,
    logged,
    timelock,
    calls,
    plan,
    state: { status, pending: state, ...(status === "waiting" || status === "ready" ? { stage } : {}) },
    ...(logged.proposer ? { proposer: logged.proposer } : {}),
  };
}

export interface Verification {
  what: string;
  holds: boolean;
  /** What is compared with what. */
  detail: string;
}

/** Everything that can be checked again by whoever has the file and a node. */
export function verifyOperation({ id, file, logged, plan }: Inspected): Verification[] {
  const checks: Verification[] = [];
  if (file && file.origin === undefined) {
    checks.push({
      what: "the file's title, reason, deadline and effects hash to its salt",
      holds: plan.salt === file.salt,
      detail: plan.salt,
    });
    checks.push({
      what: "the file's calls and salt hash to its id",
      holds: plan.id === file.id,
      detail: plan.id,
    });
  }
  if (logged) {
    const again = hashTimelockOperation(logged.calls, logged.predecessor, logged.salt);
    checks.push({
      what: "the calls in the chain's logs hash to the id the timelock holds",
      holds: again === id,
      detail: again,
    });
  }
  if (file && logged) {
    const same =
      logged.salt === file.salt &&
      logged.predecessor === zeroHash &&
      logged.calls.length === file.calls.length &&
      logged.calls.every((call, i) => isSameCall(call, file.calls[i] as Call));
    checks.push({
      what: "the file and the chain have the same calls and salt",
      holds: same,
      detail: logged.salt,
    });
  }
  return checks;
}

/** Unfinished operations that were made under another policy than the one that rules now. */
export function affectedByPolicy(inspected: readonly Inspected[], policyHash: Hash): Inspected[] {
  return inspected.filter(({ file, state }) => file && file.policyHash !== policyHash && isUnfinished(state));
}

/** The account an operation's calls come from needs what they send. */
export function etherNeeded(operation: Pick<Operation, "calls">): bigint {
  return operation.calls.reduce((sum, call) => sum + call.value, 0n);
}

function isSameCall(a: Call, b: Call): boolean {
  return (
    getAddress(a.to) === getAddress(b.to) &&
    a.value === b.value &&
    a.data.toLowerCase() === b.data.toLowerCase()
  );
}

export function foreignOperation(operations: Operations, { calls, timelock }: Inspected): Operation {
  if (!timelock) throw new Error("an operation without a file is in a timelock's logs");
  const { address } = timelock;
  const route: Route = { kind: "timelock", timelock: address, proposer: { kind: "direct", from: address } };
  return { chainId: operations.project.chainId, title: "", reason: "", deadline: 2n ** 48n, calls, route };
}

/** What is known here of an operation that was proposed elsewhere: kept, so that signatures have a place. */
export function fileOfForeign(operations: Operations, inspected: Inspected, now: bigint): OperationFile {
  const { chainId, deadline, route, calls } = foreignOperation(operations, inspected);
  return {
    schema: 1,
    id: inspected.id,
    chainId,
    title: "(proposed elsewhere)",
    reason: "(not known here)",
    deadline,
    nonce: 0n,
    salt: inspected.plan.salt,
    origin: "chain",
    route,
    calls: [...calls],
    text: formatCalls(calls, operations.book),
    policyHash: operations.project.desired.policyHash,
    createdAt: now,
    safeTransactions: [],
    history: [{ at: now, what: "created", note: "from the chain's logs" }],
  };
}
