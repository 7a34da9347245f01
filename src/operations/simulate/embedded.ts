/**
 * A simulator over a chain that can go back: a snapshot, the transactions as the accounts themselves, a look, and
 * back. The chain may be the embedded one, or a fork made for this (see fork.ts).
 */
import { type Address, createPublicClient, custom, getAddress, type Hash, type Hex, numberToHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import { type Ask, askBlock, createAsk, type Provider, type RpcBlock, simulationGas } from "./ask.ts";
import { simulationImpossible } from "./impossible.ts";
import { type Preset, proveCapabilities } from "./probe.ts";
import { mergeStateChanges, readFrame, readStateDiff, tracedLogs } from "./trace.ts";
import type {
  Capability,
  ExecutedTransaction,
  Execution,
  Moment,
  Observation,
  SimulatedTransaction,
  Simulator,
  SimulatorKind,
  StateChange,
} from "./types.ts";

export interface EmbeddedOptions {
  kind?: Extract<SimulatorKind, "embedded" | "fork">;
  /** What the head of the chain must be; it is believed where absent. */
  expected?: { chainId: number; number: bigint; hash: Hash };
  close?: () => Promise<void>;
}

/** What a chain can do does not change while it is connected. */
const proofs = new WeakMap<Provider, readonly Capability[]>();

/**
 * Connects to `provider` (`evm_*`, `hardhat_*` and `debug_*` methods) and proves that it can simulate.
 *
 * @throws PortcullisError SIMULATION_IMPOSSIBLE naming the missing capability.
 */
export async function connectEmbeddedSimulator(
  provider: Provider,
  { kind = "embedded", expected, close }: EmbeddedOptions = {},
): Promise<Simulator> {
  const ask = createAsk(kind, provider);
  const chainId = Number(await ask<Hex>("pinned-block", "eth_chainId"));
  const block = await askBlock(ask, kind, "latest");
  if (expected && (chainId !== expected.chainId || block.hash !== expected.hash)) {
    throw simulationImpossible(
      kind,
      "pinned-block",
      `it stands on chain ${chainId}, block ${block.number} ${block.hash}, instead of ${expected.chainId}, ${expected.number} ${expected.hash}`,
    );
  }
  const session = { kind, ask, provider, chainId, block };
  const proved =
    proofs.get(provider) ??
    (await proveCapabilities(kind, block, (presets, transactions, look) =>
      run(session, presets, transactions, look),
    ));
  proofs.set(provider, proved);
  const { number, hash, timestamp } = block;
  return {
    kind,
    chainId,
    block: { number, hash, timestamp },
    proved: [...proved, "revert-to-snapshot"],
    run: (transactions, look) => run(session, [], transactions, look),
    close: close ?? (async () => {}),
  };
}

interface Session {
  kind: SimulatorKind;
  ask: Ask;
  provider: Provider;
  chainId: number;
  block: RpcBlock;
}

async function run<T>(
  session: Session,
  presets: readonly Preset[],
  transactions: readonly SimulatedTransaction[],
  look: (moment: Moment, execution: Execution) => Promise<T>,
): Promise<Observation<T>> {
  const { ask, kind, block } = session;
  const head = await askBlock(ask, kind, "latest");
  if (head.hash !== block.hash) {
    throw new PortcullisError(
      "SIMULATION_STALE",
      `The simulator stands on block ${block.number}, the chain is at block ${head.number}`,
      { hint: "run the command again" },
    );
  }
  const outer = await ask<Hex>("revert-to-snapshot", "evm_snapshot");
  const automine = await ask<boolean>("revert-to-snapshot", "hardhat_getAutomine");
  const senders = new Set(transactions.map(({ from }) => from));
  try {
    await ask("revert-to-snapshot", "evm_setAutomine", [false]);
    for (const preset of presets) await put(session, preset);
    for (const from of senders) await ask("impersonation", "hardhat_impersonateAccount", [from]);
    return await observe(session, transactions, look);
  } finally {
    for (const from of senders) await ask("impersonation", "hardhat_stopImpersonatingAccount", [from]);
    await goBack(session, outer);
    await ask("revert-to-snapshot", "evm_setAutomine", [automine]);
    await requireUnmoved(session);
  }
}

async function requireUnmoved({ ask, kind, block }: Session): Promise<void> {
  const head = await askBlock(ask, kind, "latest");
  if (head.hash !== block.hash) {
    throw simulationImpossible(kind, "revert-to-snapshot", `it is left at block ${head.number}`);
  }
}

async function observe<T>(
  session: Session,
  transactions: readonly SimulatedTransaction[],
  look: (moment: Moment, execution: Execution) => Promise<T>,
): Promise<Observation<T>> {
  const execution: Execution & { executed: ExecutedTransaction[] } = { executed: [], changes: [] };
  for (const transaction of transactions.filter(({ part }) => part === "setup")) {
    const { executed } = await execute(session, transaction);
    if (executed.success) continue;
    execution.failedSetup = { transaction, output: executed.output };
    break;
  }
  const beforeEffects = await session.ask<Hex>("revert-to-snapshot", "evm_snapshot");
  const diffs: StateChange[][] = [];
  if (!execution.failedSetup) {
    for (const transaction of transactions.filter(({ part }) => part === "effect")) {
      const { executed, changes } = await execute(session, transaction);
      execution.executed.push(executed);
      diffs.push(changes);
      if (!executed.success) break;
    }
  }
  execution.changes = mergeStateChanges(diffs);
  const reached = await askBlock(session.ask, session.kind, "latest");
  const after = await look(moment(session, "after", reached), execution);

  await goBack(session, beforeEffects);
  const base = await askBlock(session.ask, session.kind, "latest");
  const unmoved = reached.timestamp > base.timestamp ? await mine(session, reached.timestamp) : base;
  const before = await look(moment(session, "before", unmoved), execution);
  return { ...execution, before, after };
}

function moment(session: Session, side: Moment["side"], block: RpcBlock): Moment {
  // Retries and caches would only hide what a simulated chain says.
  const client = createPublicClient({
    transport: custom(session.provider as never, { retryCount: 0 }),
    cacheTime: 0,
  });
  return { side, client, blockNumber: block.number, timestamp: block.timestamp };
}

async function execute(
  session: Session,
  transaction: SimulatedTransaction,
): Promise<{ executed: ExecutedTransaction; changes: StateChange[] }> {
  const { ask, kind } = session;
  // Whoever sends need not hold ether for gas: what it costs is not what is judged.
  await ask("impersonation", "hardhat_setNextBlockBaseFeePerGas", ["0x0"]);
  const hash = await ask<Hash>("impersonation", "eth_sendTransaction", [
    {
      from: transaction.from,
      ...(transaction.to === null ? {} : { to: transaction.to }),
      value: numberToHex(transaction.value),
      data: transaction.data,
      gas: numberToHex(simulationGas(session.block)),
      gasPrice: "0x0",
    },
  ]);
  const mined = await mine(session, transaction.time);
  if (mined.transactions.length !== 1 || mined.transactions[0] !== hash) {
    throw simulationImpossible(kind, "sequence", "transactions of others are pending on it");
  }
  const receipt = await ask<{
    status: Hex;
    gasUsed: Hex;
    logs: readonly { address: Address; topics: Hex[]; data: Hex }[];
  }>("logs", "eth_getTransactionReceipt", [hash]);
  const trace = await ask<unknown>("call-tree", "debug_traceTransaction", [
    hash,
    { tracer: "callTracer", tracerConfig: { withLog: true } },
  ]);
  const diff = await ask<unknown>("state-diff", "debug_traceTransaction", [
    hash,
    { tracer: "prestateTracer", tracerConfig: { diffMode: true } },
  ]);
  const frame = readFrame(trace);
  const success = receipt.status === "0x1";
  if (success === Boolean(frame.error)) {
    throw simulationImpossible(kind, "call-tree", "the trace and the receipt disagree on success");
  }
  const logs = receipt.logs.map(({ address, topics, data }) => ({
    address: getAddress(address),
    topics,
    data,
  }));
  if (tracedLogs(trace).length !== logs.length) {
    throw simulationImpossible(kind, "call-tree", "the trace and the receipt disagree on the logs");
  }
  return {
    executed: { success, output: frame.output, gasUsed: BigInt(receipt.gasUsed), frame, logs },
    changes: readStateDiff(diff),
  };
}

/** Mines one block at `time`, or one second after its parent's where that is later. */
async function mine({ ask, kind }: Session, time: bigint): Promise<RpcBlock> {
  const parent = await askBlock(ask, kind, "latest");
  const at = time > parent.timestamp ? time : parent.timestamp + 1n;
  await ask("time-travel", "evm_setNextBlockTimestamp", [numberToHex(at)]);
  await ask("time-travel", "evm_mine");
  return askBlock(ask, kind, "latest");
}

async function put({ ask, kind }: Session, { address, code, storage }: Preset): Promise<void> {
  if ((await ask<Hex>("state-override", "eth_getCode", [address, "latest"])) !== "0x") {
    throw simulationImpossible(kind, "state-override", `the probe's address ${address} is taken`);
  }
  await ask("state-override", "hardhat_setCode", [address, code]);
  for (const [slot, value] of Object.entries(storage)) {
    const key = numberToHex(BigInt(slot));
    await ask("state-override", "hardhat_setStorageAt", [address, key, value]);
  }
}

async function goBack({ ask, kind }: Session, snapshot: Hex): Promise<void> {
  if ((await ask<boolean>("revert-to-snapshot", "evm_revert", [snapshot])) !== true) {
    throw simulationImpossible(kind, "revert-to-snapshot", "evm_revert answered no");
  }
}
