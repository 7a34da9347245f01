/** Who could do what: the graph of powers over a snapshot. */
export { buildGraph, type Graph } from "./buildGraph.ts";
export type { Path, Requirement, Step } from "./findPaths.ts";
export type { SmallestSet } from "./smallestSet.ts";
export type { Edge, Guard, KnownGuard, Power, Via } from "./types.ts";
export { type Reach, type WhoCanParameters, whoCan } from "./whoCan.ts";
