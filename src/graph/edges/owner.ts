import { type Address, toFunctionSelector, zeroAddress } from "viem";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { plainEdge } from "./plainEdge.ts";

const TRANSFER = toFunctionSelector("transferOwnership(address)");

/** An owner acts as owner, hands ownership on, and a pending one takes it. */
export function ownerEdges(graph: Graph, address: Address): Edge[] {
  const ownable = graph.contract(address)?.ownable;
  if (!ownable) return [];
  const gains: Power = { kind: "owner", contract: address };
  const edges: Edge[] = [];
  if (ownable.owner !== zeroAddress) {
    const power = actor(graph, ownable.owner, address, TRANSFER);
    edges.push(plainEdge(gains, power, { kind: "owner", contract: address }));
  }
  if (ownable.pendingOwner !== undefined && ownable.pendingOwner !== zeroAddress) {
    const power: Power = { kind: "act", address: ownable.pendingOwner };
    edges.push(plainEdge(gains, power, { kind: "pendingOwner", contract: address }));
  }
  return edges;
}

/** What it takes to have `account` call a function: a manager asks its own rule for it. */
export function actor(graph: Graph, account: Address, target: Address, selector: `0x${string}`): Power {
  return graph.contract(account)?.manager
    ? { kind: "restricted", manager: account, target, selector }
    : { kind: "act", address: account };
}
