/** Every way to a power, as a person would follow it: one step after the other, groups of signers as one step. */
import type { Address } from "viem";
import { sortAddresses } from "../snapshot/sortAddresses.ts";
import { leastDelays } from "./leastDelays.ts";
import type { IndexedEdge, Subgraph } from "./reachable.ts";
import type { Via } from "./types.ts";

export interface Path {
  /** From the function to whoever can. */
  steps: readonly Step[];
  /** Seconds from the start to the effect, when all goes as fast as it can. */
  delay: bigint;
  /** Who can stop it on the way. */
  vetoers: readonly Address[];
  /** First second at which it is closed; 0: never. */
  expires: bigint;
  /** Who has to act. */
  by: Requirement;
  /** Set where a step is possible rather than proven. */
  assumed: boolean;
}

export interface Step {
  via: Via;
  /** Seconds that this step waits. */
  wait: bigint;
  vetoers: readonly Address[];
  expires: bigint;
  assumed: boolean;
}

/** Who has to act: one address, anyone, or some of a group. */
export type Requirement =
  | { kind: "address"; address: Address }
  | { kind: "anyone" }
  | { kind: "group"; threshold: number; of: readonly Requirement[] };

/** Ways into one power that are followed. */
const WIDTH = 128;
/** Powers that are visited in all, one visited on several ways counting each time. */
const VISITS = 20_000;

export function findPaths(graph: Subgraph, limit: number): { paths: Path[]; complete: boolean } {
  const delays = leastDelays(graph, () => true);
  const holders = new Map(graph.holders.map(({ address, power }) => [power, address]));
  let complete = true;
  let visits = 0;

  function into(power: number, above: ReadonlySet<number>): Path[] {
    const paths: Path[] = [];
    visits++;
    const holder = holders.get(power);
    if (holder !== undefined) paths.push(start({ kind: "address", address: holder }));
    if (power === graph.anyone) paths.push(start({ kind: "anyone" }));
    const visited = new Set(above).add(power);
    for (const edge of graph.edges[power] ?? []) {
      for (const path of through(edge, visited)) paths.push(path);
      if (paths.length > WIDTH || visits > VISITS) {
        complete = false;
        break;
      }
    }
    return paths;
  }

  function through(indexed: IndexedEdge, visited: ReadonlySet<number>): Path[] {
    const { edge, needs } = indexed;
    const [first, ...others] = needs;
    if (edge.via.kind === "safe" || edge.via.kind === "recovery") {
      const path = group(indexed, visited);
      return path ? [path] : [];
    }
    if (first === undefined || visited.has(first.power)) return [];
    // What must happen besides, such as executing, is taken at its quickest.
    const besides = others.map((need) => later(delays[need.power], need.wait));
    if (besides.some((delay) => delay === undefined)) return [];
    const least = besides.reduce<bigint>((a, b) => (b !== undefined && b > a ? b : a), 0n);
    return into(first.power, visited).map((path) =>
      extend(path, indexed, max(path.delay + first.wait, least)),
    );
  }

  /** Members of a group that need others themselves are followed on their quickest way only. */
  function group(indexed: IndexedEdge, visited: ReadonlySet<number>): Path | undefined {
    const ways = indexed.needs
      .filter((need) => !visited.has(need.power) && delays[need.power] !== undefined)
      .map((need) => ({ need, path: into(need.power, visited).sort(compare)[0] }))
      .flatMap(({ path, need }) => (path ? [{ ...path, delay: path.delay + need.wait }] : []));
    const quick = [...ways].sort((a, b) => (a.delay < b.delay ? -1 : a.delay > b.delay ? 1 : 0));
    const last = quick[indexed.threshold - 1];
    if (!last) return undefined;
    const by: Requirement = { kind: "group", threshold: indexed.threshold, of: ways.map((way) => way.by) };
    return extend({ ...start(by), assumed: ways.some((way) => way.assumed) }, indexed, last.delay);
  }

  const paths = into(graph.root, new Set()).sort(compare);
  return { paths: paths.slice(0, limit), complete: complete && paths.length <= limit };
}

function start(by: Requirement): Path {
  return { steps: [], delay: 0n, vetoers: [], expires: 0n, by, assumed: false };
}

function extend(path: Path, { edge }: IndexedEdge, delay: bigint): Path {
  const step: Step = {
    via: edge.via,
    wait: edge.needs[0]?.wait ?? 0n,
    vetoers: edge.vetoers,
    expires: edge.expires,
    assumed: edge.assumed ?? false,
  };
  return {
    steps: [step, ...path.steps],
    delay,
    vetoers: sortAddresses([...path.vetoers, ...edge.vetoers]),
    expires: sooner(path.expires, edge.expires),
    by: path.by,
    assumed: path.assumed || step.assumed,
  };
}

/** Quickest first, then proven before assumed, then fewest steps; and always the same order. */
export function compare(a: Path, b: Path): number {
  if (a.delay !== b.delay) return a.delay < b.delay ? -1 : 1;
  if (a.assumed !== b.assumed) return a.assumed ? 1 : -1;
  return a.steps.length - b.steps.length;
}

/** Of two ends, of which 0 is none. */
function sooner(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return a + b;
  return a < b ? a : b;
}

function later(delay: bigint | undefined, wait: bigint): bigint | undefined {
  return delay === undefined ? undefined : delay + wait;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
