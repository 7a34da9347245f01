/** Batches of a schedule as the operations that a person reads and a route carries. */
import { encodeAbiParameters, type Hash, keccak256, stringToHex } from "viem";
import type { Call, PlannedOperation, Underway } from "../operations/types.ts";
import { routeKey } from "./lanes.ts";
import type { Batch, Candidate } from "./schedule.ts";
import { sameCall } from "./underway.ts";

/** How long after its earliest execution an operation may still be executed (seconds): two weeks. */
const GRACE = 1_209_600n;

export function toSteps(
  batches: readonly Batch[],
  operation: { chainId: number; reason: string },
): PlannedOperation[] {
  const ids: Hash[] = [];
  return batches.flatMap((batch, index): PlannedOperation[] => {
    const [first] = batch.items;
    if (first === undefined) return [];
    const { route } = first.lane;
    const { calls, titles } = contentOf(batch);
    const id = stepId(operation.chainId, routeKey(route), calls, ids);
    ids[index] = id;
    return [
      {
        id,
        chainId: operation.chainId,
        title: titles.length === 1 ? (titles[0] ?? "") : `${titles[0]}, and ${titles.length - 1} more`,
        reason: operation.reason,
        deadline: batch.done + GRACE,
        calls,
        route,
        effect: first.change.effect,
        after: [...batch.after].sort((a, b) => a - b).flatMap((before) => ids[before] ?? []),
        titles,
        paths: [...new Set(batch.items.map((item) => item.change.path))],
        earliest: { begin: batch.begin, done: batch.done },
        ...(first.underway === undefined ? {} : { underway: withoutCalls(first.underway) }),
      },
    ];
  });
}

/** The calls with their titles; of an operation that is scheduled already, in the order it has there. */
function contentOf(batch: Batch): { calls: Call[]; titles: string[] } {
  const titled = batch.items.flatMap(({ change, lane }) =>
    lane.calls.map((call) => ({
      call,
      title: `${lane.schedules === undefined ? "" : "Schedule: "}${change.title}`,
    })),
  );
  const order = batch.items[0]?.underway?.calls;
  const sorted = order?.flatMap((call) => titled.find((t) => sameCall(t.call, call)) ?? []) ?? titled;
  return { calls: sorted.map((t) => t.call), titles: sorted.map((t) => t.title) };
}

function withoutCalls({ calls: _, ...underway }: NonNullable<Candidate["underway"]>): Underway {
  return underway;
}

/** Equal calls by the same route twice in a plan are two steps: the second one is counted. */
function stepId(chainId: number, route: string, calls: readonly Call[], taken: readonly Hash[]): Hash {
  for (let turn = 0n; ; turn++) {
    const encoded = encodeAbiParameters(
      [
        { type: "uint256" },
        { type: "bytes32" },
        { type: "tuple[]", components: [{ type: "address" }, { type: "uint256" }, { type: "bytes" }] },
        { type: "uint256" },
      ],
      [
        BigInt(chainId),
        keccak256(stringToHex(route)),
        calls.map((c) => [c.to, c.value, c.data] as const),
        turn,
      ],
    );
    const id = keccak256(encoded);
    if (!taken.includes(id)) return id;
  }
}
