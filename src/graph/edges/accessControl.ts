import { type Address, type Hex, zeroHash } from "viem";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { plainEdge } from "./plainEdge.ts";

/** Members of a role, and members of its admin role, who give it to themselves. */
export function accessRoleEdges(graph: Graph, address: Address, role: Hex): Edge[] {
  const accessControl = graph.contract(address)?.accessControl;
  const state = accessControl?.roles.find((r) => r.role === role);
  const gains: Power = { kind: "accessRole", contract: address, role };
  const edges = (state?.members ?? []).map((account) =>
    plainEdge(
      gains,
      { kind: "act", address: account },
      { kind: "accessMember", contract: address, role, account },
    ),
  );
  const defaultAdmin = accessControl?.defaultAdmin;
  if (role === zeroHash && defaultAdmin) {
    // It moves by a delayed transfer only, never by a grant.
    const { pending } = defaultAdmin;
    if (pending) {
      const wait = pending.schedule > graph.now ? pending.schedule - graph.now : 0n;
      const via = { kind: "defaultAdminTransfer", contract: address } as const;
      edges.push({
        ...plainEdge(gains, { kind: "act", address: pending.newAdmin }, via, wait),
        vetoers: [defaultAdmin.admin],
      });
    }
    return edges;
  }
  const by = state?.admin ?? zeroHash;
  if (by === role) return edges;
  const via = { kind: "accessGrant", contract: address, role, by } as const;
  return [...edges, plainEdge(gains, { kind: "accessRole", contract: address, role: by }, via)];
}
