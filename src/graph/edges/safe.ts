import type { ContractState } from "../../snapshot/types.ts";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { plainEdge } from "./plainEdge.ts";

/** A Safe acts for enough of its owners, and for any of its modules without them. */
export function safeEdges(_graph: Graph, { address, safe }: ContractState): Edge[] {
  if (!safe) return [];
  const gains: Power = { kind: "act", address };
  const owners: Edge = {
    gains,
    needs: safe.owners.map((owner) => ({ power: { kind: "act", address: owner }, wait: 0n })),
    threshold: safe.threshold,
    via: { kind: "safe", safe: address, threshold: safe.threshold, of: safe.owners.length },
    vetoers: [],
    expires: 0n,
  };
  const modules = safe.modules.map((module) =>
    plainEdge(gains, { kind: "act", address: module }, { kind: "module", safe: address, module }),
  );
  return [owners, ...modules];
}
