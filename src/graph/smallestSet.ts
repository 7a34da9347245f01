/**
 * The fewest holders that suffice together, and among those the quickest. Exact: sizes are tried from a lower bound upwards, and each
 * size is searched by taking a holder in or leaving it out, cut where the lower bound of the rest exceeds what is left. The search
 * gives up after a fixed number of steps, and says so.
 */
import type { Address } from "viem";
import { leastDelays } from "./leastDelays.ts";
import type { IndexedEdge, Subgraph } from "./reachable.ts";

export interface SmallestSet {
  holders: readonly Address[];
  /** Seconds until they can do it. */
  delay: bigint;
  /** False where the search was too large: then it is a set that suffices, maybe not the smallest. */
  exact: boolean;
}

/** Edges weighed before the search gives up: a second or two. A council of councils (3 of 5, each 3 of 5) takes a thousandth. */
const BUDGET = 2_000_000;
/** Sets of the smallest size that are compared for the quickest. */
const COMPARED = 500;

const NEVER = Number.POSITIVE_INFINITY;

/** @returns undefined where not even all together can */
export function findSmallestSet(graph: Subgraph): SmallestSet | undefined {
  const everybody = leastDelays(graph, () => true)[graph.root];
  if (everybody === undefined) return undefined;
  const disjoint = findDisjoint(graph);
  const work = graph.edges.reduce((sum, edges) => sum + edges.length, 1);
  let weighed = 0;

  const found: Address[][] = [];
  const taken = new Set<Address>();
  const left = new Set<Address>();
  const bound = () => {
    weighed += work;
    return lowerBound(graph, disjoint, taken, left);
  };

  function search(budget: number, least: number): void {
    if (least > budget || weighed > BUDGET || found.length >= COMPARED) return;
    if (least === 0) {
      found.push([...taken]);
      return;
    }
    const next = graph.holders.find(({ address }) => !taken.has(address) && !left.has(address))?.address;
    if (next === undefined) return;
    taken.add(next);
    const withNext = bound();
    // One that brings nothing nearer now may be needed beside another, but never beyond the size that is tried.
    if (withNext <= budget - 1) search(budget - 1, withNext);
    taken.delete(next);
    left.add(next);
    const without = bound();
    search(budget, without);
    left.delete(next);
  }

  const least = bound();
  for (let size = least; size <= graph.holders.length && weighed <= BUDGET; size++) {
    search(size, least);
    if (found.length > 0) return quickest(graph, found);
  }
  const holders = shrink(graph);
  return {
    holders,
    delay: leastDelays(graph, (holder) => holders.includes(holder))[graph.root] ?? everybody,
    exact: false,
  };
}

function quickest(graph: Subgraph, sets: readonly Address[][]): SmallestSet {
  let best: SmallestSet | undefined;
  for (const set of sets) {
    const delay = leastDelays(graph, (holder) => set.includes(holder))[graph.root];
    if (delay !== undefined && (best === undefined || delay < best.delay))
      best = { holders: set, delay, exact: true };
  }
  // Every found set suffices, or it would not have been found.
  return best as SmallestSet;
}

/** Leaves out whoever is not needed, one by one. */
function shrink(graph: Subgraph): Address[] {
  const kept = new Set(graph.holders.map((holder) => holder.address));
  for (const { address } of graph.holders) {
    kept.delete(address);
    if (leastDelays(graph, (holder) => kept.has(holder))[graph.root] === undefined) kept.add(address);
  }
  return [...kept];
}

/** Edges whose needs share no holder: there the numbers of holders add up. */
function findDisjoint(graph: Subgraph): Set<IndexedEdge> {
  const below = holdersBelow(graph);
  const disjoint = new Set<IndexedEdge>();
  for (const edge of graph.edges.flat()) {
    const seen = new Set<number>();
    let total = 0;
    for (const need of edge.needs) {
      const holders = below[need.power] ?? new Set();
      total += holders.size;
      for (const holder of holders) seen.add(holder);
    }
    if (seen.size === total) disjoint.add(edge);
  }
  return disjoint;
}

function holdersBelow(graph: Subgraph): Set<number>[] {
  const below = Array.from({ length: graph.size }, () => new Set<number>());
  for (const { power } of graph.holders) below[power]?.add(power);
  for (let changed = true; changed; ) {
    changed = false;
    graph.edges.forEach((edges, power) => {
      const own = below[power] as Set<number>;
      const before = own.size;
      for (const { needs } of edges)
        for (const need of needs) for (const h of below[need.power] ?? []) own.add(h);
      if (own.size > before) changed = true;
    });
  }
  return below;
}

/** No set with all of `taken` and none of `left` needs fewer holders more than this. */
function lowerBound(
  graph: Subgraph,
  disjoint: ReadonlySet<IndexedEdge>,
  taken: ReadonlySet<Address>,
  left: ReadonlySet<Address>,
): number {
  const bounds: number[] = new Array(graph.size).fill(NEVER);
  if (graph.anyone !== undefined) bounds[graph.anyone] = 0;
  for (const { address, power } of graph.holders)
    bounds[power] = taken.has(address) ? 0 : left.has(address) ? NEVER : 1;
  for (let changed = true; changed; ) {
    changed = false;
    graph.edges.forEach((edges, power) => {
      for (const edge of edges) {
        const cheapest = edge.needs
          .map((need) => bounds[need.power] ?? NEVER)
          .sort((a, b) => a - b)
          .slice(0, edge.threshold);
        if (cheapest.length < edge.threshold) continue;
        const bound = disjoint.has(edge) ? cheapest.reduce((sum, n) => sum + n, 0) : Math.max(0, ...cheapest);
        if (bound < (bounds[power] ?? NEVER)) {
          bounds[power] = bound;
          changed = true;
        }
      }
    });
  }
  return bounds[graph.root] ?? NEVER;
}
