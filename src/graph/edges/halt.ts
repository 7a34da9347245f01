/**
 * Who stops a contract, and who sets it going again: by its own pause, by shutting it at its manager (where pausers act at
 * once, and only admins undo it, slowly), and of a timelock by voiding what it holds.
 */
import { type Address, toFunctionSelector } from "viem";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { targetAdmin } from "./manager.ts";
import { plainEdge } from "./plainEdge.ts";

const PAUSE = toFunctionSelector("pause()");
const UNPAUSE = toFunctionSelector("unpause()");
const SET_CLOSED = toFunctionSelector("setTargetClosed(address,bool)");

export function haltEdges(graph: Graph, kind: "halt" | "resume", address: Address): Edge[] {
  const state = graph.contract(address);
  if (state === undefined) return [];
  const gains: Power = { kind, contract: address };
  const edges: Edge[] = [];
  if (state.pausable) {
    const selector = kind === "halt" ? PAUSE : UNPAUSE;
    const need: Power = { kind: "call", target: address, selector };
    edges.push(plainEdge(gains, need, { kind, contract: address, by: "pause" }));
  }
  const authority = state.managed?.authority;
  const manager = authority === undefined ? undefined : graph.contract(authority)?.manager;
  if (authority !== undefined && manager !== undefined) {
    const via = { kind, contract: address, by: "target" } as const;
    const admin = targetAdmin(graph, authority, address);
    // Closing takes power away: our manager lets it through at once. A plain one makes it wait like opening.
    const shut: Power = { kind: "restricted", manager: authority, target: authority, selector: SET_CLOSED };
    edges.push(plainEdge(gains, kind === "halt" && manager.flavour === "portcullis" ? shut : admin, via));
  }
  if (state.timelock) {
    if (kind === "resume")
      edges.push(plainEdge(gains, { kind: "act", address }, { kind, contract: address, by: "timelock" }));
    else {
      const duty = state.timelock.flavour === "portcullis" ? "guardian" : "canceller";
      edges.push(
        plainEdge(gains, { kind: "duty", timelock: address, duty }, { kind, contract: address, by: "veto" }),
      );
    }
  }
  return edges;
}
