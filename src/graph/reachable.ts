/** The part of a graph that matters for one question, with its powers numbered. */
import type { Address } from "viem";
import type { Graph } from "./buildGraph.ts";
import { type Edge, type Power, powerId } from "./types.ts";

export interface Subgraph {
  root: number;
  size: number;
  /** By number of what they gain. */
  edges: readonly IndexedEdge[][];
  /** Whoever can lend something by itself, sorted. */
  holders: readonly { address: Address; power: number }[];
  /** The power that needs nothing, where it occurs. */
  anyone: number | undefined;
  indexOf(power: Power): number | undefined;
}

export interface IndexedEdge {
  edge: Edge;
  needs: readonly { power: number; wait: bigint }[];
  threshold: number;
}

export function findReachable(graph: Graph, root: Power): Subgraph {
  const numbers = new Map<string, number>();
  const edges: IndexedEdge[][] = [];
  const holders: { address: Address; power: number }[] = [];
  const waiting: Power[] = [];

  const number = (power: Power): number => {
    const id = powerId(power);
    const known = numbers.get(id);
    if (known !== undefined) return known;
    const fresh = numbers.size;
    numbers.set(id, fresh);
    edges.push([]);
    waiting.push(power);
    return fresh;
  };
  number(root);
  for (let at = 0; at < waiting.length; at++) {
    const power = waiting[at] as Power;
    if (power.kind === "act" && graph.isHolder(power)) holders.push({ address: power.address, power: at });
    edges[at] = graph.edgesInto(power).map((edge) => ({
      edge,
      needs: edge.needs.map((need) => ({ power: number(need.power), wait: need.wait })),
      threshold: edge.threshold,
    }));
  }
  holders.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  return {
    root: 0,
    size: waiting.length,
    edges,
    holders,
    anyone: numbers.get("anyone"),
    indexOf: (power) => numbers.get(powerId(power)),
  };
}
