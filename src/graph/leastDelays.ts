/**
 * How soon each power can be had, when some holders work together: the least fixpoint of "the threshold-th of its needs, each after
 * its wait". Cycles cost nothing extra, since no edge makes anything sooner than what it needs (Knuth, 1977, "A generalization of
 * Dijkstra's algorithm").
 */
import type { Address } from "viem";
import type { Subgraph } from "./reachable.ts";

/** @param has whether a holder takes part. @returns seconds by power; undefined where they cannot have it */
export function leastDelays(graph: Subgraph, has: (holder: Address) => boolean): (bigint | undefined)[] {
  const delays: (bigint | undefined)[] = new Array(graph.size).fill(undefined);
  if (graph.anyone !== undefined) delays[graph.anyone] = 0n;
  for (const { address, power } of graph.holders) if (has(address)) delays[power] = 0n;
  for (let changed = true; changed; ) {
    changed = false;
    graph.edges.forEach((edges, power) => {
      for (const { needs, threshold } of edges) {
        const ready = needs
          .map((need) => {
            const delay = delays[need.power];
            return delay === undefined ? undefined : delay + need.wait;
          })
          .filter((delay) => delay !== undefined)
          .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        const delay = threshold === 0 ? 0n : ready[threshold - 1];
        const known = delays[power];
        if (delay !== undefined && (known === undefined || delay < known)) {
          delays[power] = delay;
          changed = true;
        }
      }
    });
  }
  return delays;
}
