import { type Address, toFunctionSelector } from "viem";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { actor } from "./owner.ts";
import { plainEdge } from "./plainEdge.ts";

export const UPGRADE_AND_CALL = toFunctionSelector("upgradeToAndCall(address,bytes)");
export const UPGRADE = toFunctionSelector("upgradeTo(address)");

/** Who replaces the code of a proxy. */
export function codeEdges(graph: Graph, address: Address): Edge[] {
  const proxy = graph.contract(address)?.proxy;
  // A clone's implementation stands in its code: nobody replaces it.
  if (!proxy || proxy.kind === "unknown" || proxy.kind === "clone") return [];
  const gains: Power = { kind: "code", contract: address };
  const via = { kind: "upgrade", contract: address, proxy: proxy.kind } as const;
  switch (proxy.kind) {
    case "uups":
      return [plainEdge(gains, { kind: "call", target: address, selector: UPGRADE_AND_CALL }, via)];
    case "beacon":
      return [plainEdge(gains, { kind: "call", target: proxy.beacon, selector: UPGRADE }, via)];
    case "transparent": {
      // A ProxyAdmin does nothing but upgrade for its owner.
      const admin = graph.contract(proxy.admin);
      const power: Power =
        admin?.ownable && !admin.safe && !admin.timelock
          ? { kind: "owner", contract: proxy.admin }
          : actor(graph, proxy.admin, address, UPGRADE_AND_CALL);
      return [plainEdge(gains, power, via)];
    }
  }
}
