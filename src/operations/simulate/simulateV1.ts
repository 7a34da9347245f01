/**
 * A simulator over a node that answers `eth_simulateV1` and `debug_traceCall`, changing nothing on it. Each
 * transaction is traced on top of what the earlier ones changed; then the node runs the whole sequence by itself, and
 * both answers must agree.
 */
import { type Address, getAddress, type Hex, numberToHex } from "viem";
import { type Ask, askBlock, createAsk, type Provider, type RpcBlock, simulationGas } from "./ask.ts";
import { simulationImpossible } from "./impossible.ts";
import {
  createOverlayClient,
  layChanges,
  type Overlay,
  type Overrides,
  type SimulatedCall,
} from "./overlay.ts";
import { type Preset, proveCapabilities } from "./probe.ts";
import { mergeStateChanges, readFrame, readStateDiff, tracedLogs } from "./trace.ts";
import type {
  ExecutedTransaction,
  Execution,
  Moment,
  Observation,
  RawLog,
  SimulatedTransaction,
  Simulator,
  StateChange,
} from "./types.ts";

const KIND = "simulateV1";

/**
 * Connects to `provider` and proves that it can simulate on `blockNumber` (its latest block where absent).
 *
 * @throws PortcullisError SIMULATION_IMPOSSIBLE naming the missing capability.
 */
export async function connectSimulateV1(
  provider: Provider,
  { blockNumber }: { blockNumber?: bigint } = {},
): Promise<Simulator> {
  const ask = createAsk(KIND, provider);
  const chainId = Number(await ask<Hex>("pinned-block", "eth_chainId"));
  const block = await askBlock(ask, KIND, blockNumber ?? "latest");
  const proved = await proveCapabilities(KIND, block, (presets, transactions, look) =>
    run({ ask, block }, presets, transactions, look),
  );
  const { number, hash, timestamp } = block;
  return {
    kind: KIND,
    chainId,
    block: { number, hash, timestamp },
    proved,
    run: (transactions, look) => run({ ask, block }, [], transactions, look),
    close: async () => {},
  };
}

interface Session {
  ask: Ask;
  block: RpcBlock;
}

/** One transaction in a block of its own. */
interface Step {
  transaction: SimulatedTransaction;
  number: bigint;
  time: bigint;
  executed: ExecutedTransaction;
  changes: StateChange[];
}

async function run<T>(
  session: Session,
  presets: readonly Preset[],
  transactions: readonly SimulatedTransaction[],
  look: (moment: Moment, execution: Execution) => Promise<T>,
): Promise<Observation<T>> {
  const { ask, block } = session;
  const base = presetOverrides(presets);
  const steps: Step[] = [];
  let overrides = base;
  let beforeEffects = base;
  let time = block.timestamp;
  for (const transaction of bySetup(transactions)) {
    time = transaction.time > time ? transaction.time : time + 1n;
    const number = block.number + BigInt(steps.length) + 1n;
    const step = await trace(session, transaction, overrides, number, time);
    steps.push(step);
    overrides = layChanges(overrides, step.changes);
    if (transaction.part === "setup") beforeEffects = overrides;
    if (!step.executed.success) break;
  }
  const executed = await runSequence(session, base, steps);

  const effects = steps
    .map((step, index) => ({ ...step, executed: executed[index] ?? step.executed }))
    .filter(({ transaction }) => transaction.part === "effect");
  const failed = steps.find(
    ({ transaction, executed: { success } }) => transaction.part === "setup" && !success,
  );
  const execution: Execution = {
    executed: effects.map((step) => step.executed),
    ...(failed ? { failedSetup: { transaction: failed.transaction, output: failed.executed.output } } : {}),
    changes: mergeStateChanges(effects.map(({ changes }) => changes)),
  };
  const logs = (of: readonly Step[]) =>
    of.flatMap((step, index) =>
      (executed[index] ?? step.executed).logs.map((log) => ({ ...log, blockNumber: step.number })),
    );
  const at = { number: block.number + BigInt(steps.length), timestamp: time };
  const setup = steps.filter(({ transaction }) => transaction.part === "setup");
  const see = (side: Moment["side"], overlay: Overlay) =>
    look(
      {
        side,
        client: createOverlayClient(ask, block, overlay),
        blockNumber: overlay.number,
        timestamp: overlay.timestamp,
      },
      execution,
    );
  const after = await see("after", { ...at, overrides, logs: logs(steps) });
  const before = await see("before", { ...at, overrides: beforeEffects, logs: logs(setup) });
  return { ...execution, before, after };
}

function bySetup(transactions: readonly SimulatedTransaction[]): SimulatedTransaction[] {
  const of = (part: SimulatedTransaction["part"]) => transactions.filter((item) => item.part === part);
  return [...of("setup"), ...of("effect")];
}

function presetOverrides(presets: readonly Preset[]): Overrides {
  return Object.fromEntries(
    presets.map(({ address, code, storage }) => [address, { code, stateDiff: { ...storage } }]),
  );
}

function toRpc({ from, to, value, data }: SimulatedTransaction, block: RpcBlock): object {
  return {
    from,
    ...(to === null ? {} : { to }),
    value: numberToHex(value),
    data,
    gas: numberToHex(simulationGas(block)),
  };
}

async function trace(
  { ask, block }: Session,
  transaction: SimulatedTransaction,
  overrides: Overrides,
  number: bigint,
  time: bigint,
): Promise<Step> {
  const rpc = toRpc(transaction, block);
  const at = numberToHex(block.number);
  const config = {
    stateOverrides: overrides,
    blockOverrides: { number: numberToHex(number), time: numberToHex(time) },
  };
  const tree = await ask<unknown>("call-tree", "debug_traceCall", [
    rpc,
    at,
    { ...config, tracer: "callTracer", tracerConfig: { withLog: true } },
  ]);
  const diff = await ask<unknown>("state-diff", "debug_traceCall", [
    rpc,
    at,
    { ...config, tracer: "prestateTracer", tracerConfig: { diffMode: true } },
  ]);
  const frame = readFrame(tree);
  const executed = {
    success: !frame.error,
    output: frame.output,
    gasUsed: 0n,
    frame,
    logs: tracedLogs(tree),
  };
  return { transaction, number, time, executed, changes: readStateDiff(diff) };
}

/** The node's own run of all steps, which must say what the traces said. */
async function runSequence(
  { ask, block }: Session,
  overrides: Overrides,
  steps: readonly Step[],
): Promise<ExecutedTransaction[]> {
  const blocks = await ask<{ calls: SimulatedCall[] }[]>("sequence", "eth_simulateV1", [
    {
      blockStateCalls: steps.map(({ transaction, number, time }, index) => ({
        blockOverrides: { number: numberToHex(number), time: numberToHex(time) },
        ...(index === 0 ? { stateOverrides: overrides } : {}),
        calls: [toRpc(transaction, block)],
      })),
      validation: false,
    },
    numberToHex(block.number),
  ]);
  return steps.map(({ executed }, index) => {
    const call = blocks[index]?.calls[0];
    if (!call)
      throw simulationImpossible(KIND, "sequence", `it ran ${blocks.length} of ${steps.length} blocks`);
    const logs: RawLog[] = (call.logs ?? []).map(
      ({ address, topics, data }: { address: Address; topics: readonly Hex[]; data?: Hex }) => ({
        address: getAddress(address),
        topics,
        data: data ?? "0x",
      }),
    );
    const success = call.status === "0x1";
    const sameOutput = !success || call.returnData === executed.output;
    if (success !== executed.success || !sameOutput || !sameLogs(logs, executed.logs)) {
      throw simulationImpossible(KIND, "sequence", "eth_simulateV1 and debug_traceCall disagree");
    }
    return { ...executed, gasUsed: BigInt(call.gasUsed), logs };
  });
}

/** As multisets: a call trace does not order logs between frames. */
function sameLogs(a: readonly RawLog[], b: readonly RawLog[]): boolean {
  const sorted = (logs: readonly RawLog[]) =>
    logs
      .map(({ address, topics, data }) => [address, ...topics, data].join().toLowerCase())
      .sort()
      .join("|");
  return sorted(a) === sorted(b);
}
