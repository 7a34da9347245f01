/**
 * A known answer: four tiny contracts whose execution exercises everything a simulation relies on, and a check that
 * each fact of it came back. A node that ignores an override, cannot trace, or stands on another block gives itself
 * away here, before anything is decided by what it says.
 */
import { type Address, encodeAbiParameters, getAddress, type Hash, type Hex, pad, zeroHash } from "viem";
import { simulationImpossible } from "./impossible.ts";
import type {
  Capability,
  Execution,
  Moment,
  Observation,
  SimulatedTransaction,
  SimulatorKind,
} from "./types.ts";

/** Code and storage put at an address for the length of a probe. */
export interface Preset {
  address: Address;
  code: Hex;
  storage: Readonly<Record<Hash, Hash>>;
}

/** Arbitrary addresses at which nothing lives; each run checks that. */
const ROOT = getAddress("0xb5a0a60bb8f4a5e7c4a1de1a51d1e3a0c3f5a001");
const COUNTER = getAddress("0xb5a0a60bb8f4a5e7c4a1de1a51d1e3a0c3f5a002");
const LIBRARY = getAddress("0xb5a0a60bb8f4a5e7c4a1de1a51d1e3a0c3f5a003");
const REVERTING = getAddress("0xb5a0a60bb8f4a5e7c4a1de1a51d1e3a0c3f5a004");
const CLOCK = getAddress("0xb5a0a60bb8f4a5e7c4a1de1a51d1e3a0c3f5a005");
const SENDER = getAddress("0xb5a0a60bb8f4a5e7c4a1de1a51d1e3a0c3f5a006");
const TOPIC = pad("0x70");
const ANSWER = pad("0x2a");

function word(value: bigint | number): Hash {
  return pad(`0x${value.toString(16)}`);
}

/** PUSH1 0 five times (no value, no data), the address, GAS, CALL, POP. */
function call(to: Address): string {
  return `6000600060006000600073${to.slice(2)}5af150`;
}

function delegatecall(to: Address): string {
  return `600060006000600073${to.slice(2)}5af450`;
}

export const PROBE: readonly Preset[] = [
  {
    address: ROOT,
    // slot 1 = TIMESTAMP, 2 = NUMBER, 3 = BLOCKHASH(calldata), 4 = CALLER; calls; returns 42.
    code: "0x42600155436002556000354060035533600455".concat(
      call(COUNTER),
      delegatecall(LIBRARY),
      call(REVERTING),
      "602a60005260206000f3",
    ) as Hex,
    storage: {},
  },
  {
    address: COUNTER,
    // slot 5 += 1; slot 8 = 0; reads slot 9; LOG1(TOPIC).
    code: "0x600554600101600555600060085560095450607060006000a100",
    storage: { [word(8)]: word(8), [word(9)]: word(9) },
  },
  // slot 6 = 7, of whoever delegates to it.
  { address: LIBRARY, code: "0x600760065500", storage: {} },
  // slot 1 = 1, then reverts with 0xdeadbeef.
  { address: REVERTING, code: "0x600160015563deadbeef6000526004601cfd", storage: {} },
  // returns TIMESTAMP.
  { address: CLOCK, code: "0x4260005260206000f3", storage: {} },
];

interface Seen {
  counter: Hash | undefined;
  clock: Hex | undefined;
  logs: number;
}

export type RunWithPresets = (
  presets: readonly Preset[],
  transactions: readonly SimulatedTransaction[],
  look: (moment: Moment, execution: Execution) => Promise<Seen>,
) => Promise<Observation<Seen>>;

/** @throws PortcullisError SIMULATION_IMPOSSIBLE naming the first capability that is missing. */
export async function proveCapabilities(
  kind: SimulatorKind,
  block: { number: bigint; hash: Hash; timestamp: bigint },
  run: RunWithPresets,
): Promise<readonly Capability[]> {
  const proved: Capability[] = [];
  const prove = (capability: Capability, what: string, got: unknown, expected: unknown): void => {
    const [a, b] = [show(got), show(expected)];
    if (a !== b) throw simulationImpossible(kind, capability, `${what} should be ${b}, it says ${a}`);
    if (!proved.includes(capability)) proved.push(capability);
  };

  // An hour and a day ahead: far from whatever the node's own clock says.
  const [t1, t2] = [block.timestamp + 3_600n, block.timestamp + 86_400n];
  const data = encodeAbiParameters([{ type: "uint256" }], [block.number]);
  const probe = { from: SENDER, to: ROOT, value: 0n, data, part: "effect" as const };
  const result = await run(
    PROBE,
    [
      { ...probe, time: t1 },
      { ...probe, time: t2 },
    ],
    see,
  );

  const [first, second] = result.executed;
  prove("sequence", "the probe's two transactions", [first?.success, second?.success], [true, true]);
  prove("sequence", "the probe's answer", first?.output, ANSWER);
  const root = result.changes.find(({ address }) => address === ROOT);
  const counter = result.changes.find(({ address }) => address === COUNTER);
  const slot = (of: typeof root, n: number): readonly (Hash | undefined)[] => {
    const change = of?.storage.find((item) => item.slot === word(n));
    return [change?.from, change?.to];
  };
  prove("state-diff", "a counter that counted twice", slot(counter, 5), [zeroHash, word(2)]);
  prove("state-diff", "a slot that was cleared", slot(counter, 8), [word(8), zeroHash]);
  prove("state-diff", "a slot that was only read", slot(counter, 9), [undefined, undefined]);
  prove("state-diff", "a slot written by delegatecall", slot(root, 6), [zeroHash, word(7)]);
  prove("pinned-block", "the pinned block's hash", slot(root, 3)[1], block.hash);
  prove("pinned-block", "the block's number", slot(root, 2)[1], word(block.number + 2n));
  prove("time-travel", "the block's time", slot(root, 1)[1], word(t2));
  prove("impersonation", "the sender", slot(root, 4)[1]?.slice(-40), SENDER.slice(2).toLowerCase());
  for (const executed of [first, second]) {
    const tree = executed?.frame.calls.map(({ type, to, from, output, error }) => [
      type,
      from,
      to,
      error ? output : "kept",
    ]);
    prove("call-tree", "the nested calls", tree, [
      ["CALL", ROOT, COUNTER, "kept"],
      ["DELEGATECALL", ROOT, LIBRARY, "kept"],
      ["CALL", ROOT, REVERTING, "0xdeadbeef"],
    ]);
    prove("logs", "the log", executed?.logs, [{ address: COUNTER, topics: [TOPIC], data: "0x" }]);
  }
  prove("state-override", "storage after the simulation", result.after.counter, word(2));
  prove("state-override", "storage before it", result.before.counter, zeroHash);
  prove("state-override", "the time after it", result.after.clock, word(t2));
  prove("state-override", "the time before it", result.before.clock, word(t2));
  prove(
    "logs",
    "logs in the simulated chain, after and before",
    [result.after.logs, result.before.logs],
    [2, 0],
  );
  return proved;
}

async function see({ client, blockNumber }: Moment): Promise<Seen> {
  const [counter, clock, logs] = await Promise.all([
    client.getStorageAt({ address: COUNTER, slot: word(5), blockNumber }),
    client.call({ to: CLOCK, blockNumber }),
    client.getLogs({ address: COUNTER, fromBlock: blockNumber - 1n, toBlock: blockNumber }),
  ]);
  return { counter, clock: clock.data, logs: logs.length };
}

function show(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : JSON.stringify(value ?? null).toLowerCase();
}
