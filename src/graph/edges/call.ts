/** What guards a function, as far as the chain tells. */
import { type Address, type Hex, toFunctionSelector, zeroHash } from "viem";
import type { ContractState } from "../../snapshot/types.ts";
import type { Graph } from "../buildGraph.ts";
import type { Duty, Edge, Guard, Power } from "../types.ts";
import { UPGRADE, UPGRADE_AND_CALL } from "./code.ts";
import { actor } from "./owner.ts";
import { plainEdge } from "./plainEdge.ts";

const DUTIES = new Map<Hex, Duty>(
  (
    [
      ["schedule(address,uint256,bytes,bytes32,bytes32,uint256)", "proposer"],
      ["scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)", "proposer"],
      ["execute(address,uint256,bytes,bytes32,bytes32)", "executor"],
      ["executeBatch(address[],uint256[],bytes[],bytes32,bytes32)", "executor"],
      ["cancel(bytes32)", "canceller"],
      ["cancelAll()", "guardian"],
      ["suspend(address)", "guardian"],
      ["grantRole(bytes32,address)", "admin"],
      ["revokeRole(bytes32,address)", "admin"],
    ] as const
  ).map(([signature, duty]) => [toFunctionSelector(signature), duty]),
);

export function callEdges(graph: Graph, target: Address, selector: Hex): Edge[] {
  const state = graph.contract(target);
  if (!state) return [];
  const gains: Power = { kind: "call", target, selector };
  const edges = guardEdges(graph, state, gains, selector);
  const isUpgrade = selector === UPGRADE_AND_CALL || selector === UPGRADE;
  if (!state.proxy || state.proxy.kind === "unknown" || state.proxy.kind === "clone") return edges;
  if (isUpgrade && state.proxy.kind === "uups") return edges;
  const upgrade = graph.edgesInto({ kind: "code", contract: target }).map((edge) => ({ ...edge, gains }));
  // A transparent proxy and a beacon's upgrade by nothing the target itself guards.
  return isUpgrade ? upgrade : [...edges, ...upgrade];
}

function guardEdges(graph: Graph, state: ContractState, gains: Power, selector: Hex): Edge[] {
  const { address, manager, timelock, safe } = state;
  const guard = graph.guard(address, selector);
  if (guard) return provenEdges(graph, state, gains, selector, guard);
  if (manager) {
    const need: Power = { kind: "restricted", manager: address, target: address, selector };
    return graph.edgesInto(need).map((edge) => ({ ...edge, gains }));
  }
  const self: Power = { kind: "act", address };
  if (timelock) {
    const duty = DUTIES.get(selector);
    if (!duty) return graph.edgesInto(self).map((edge) => ({ ...edge, gains }));
    return graph.edgesInto({ kind: "duty", timelock: address, duty }).map((edge) => ({ ...edge, gains }));
  }
  if (safe) return graph.edgesInto(self).map((edge) => ({ ...edge, gains }));
  return inferredEdges(graph, state, gains, selector);
}

/** Without a proof, each surface may be the one that guards; several at once are assumptions. */
function inferredEdges(graph: Graph, state: ContractState, gains: Power, selector: Hex): Edge[] {
  const { address, managed, ownable, accessControl } = state;
  const mapped = managed && isMapped(graph, managed.authority, address, selector);
  if (mapped) return managedEdges(graph, state, gains, selector);
  const roles = accessControl?.roles.map((role) => role.role) ?? [];
  const edges = [
    ...managedEdges(graph, state, gains, selector),
    ...(ownable ? provenEdges(graph, state, gains, selector, { kind: "owner" }) : []),
    ...roles.flatMap((role) => provenEdges(graph, state, gains, selector, { kind: "role", role })),
  ];
  const surfaces = [managed, ownable, accessControl].filter((surface) => surface !== undefined).length;
  const sure = surfaces === 1 && !accessControl;
  return sure ? edges : edges.map((edge) => ({ ...edge, assumed: true }));
}

function provenEdges(graph: Graph, state: ContractState, gains: Power, selector: Hex, guard: Guard): Edge[] {
  const { address } = state;
  switch (guard.kind) {
    case "open":
      return [plainEdge(gains, { kind: "anyone" }, { kind: "open" })];
    case "managed":
      return managedEdges(graph, state, gains, selector);
    case "role": {
      const need: Power = { kind: "accessRole", contract: address, role: guard.role };
      return [plainEdge(gains, need, { kind: "accessRole", contract: address, role: guard.role })];
    }
    case "owner": {
      if (state.accessControl?.defaultAdmin)
        return provenEdges(graph, state, gains, selector, { kind: "role", role: zeroHash });
      if (!state.ownable) return [];
      const via = { kind: "owner", contract: address } as const;
      const owner = actor(graph, state.ownable.owner, address, selector);
      // A manager that owns it asks its rule for this function, besides the one for handing ownership on.
      const direct = owner.kind === "restricted" ? [plainEdge(gains, owner, via)] : [];
      return [
        ...direct,
        ...graph.edgesInto({ kind: "owner", contract: address }).map((edge) => ({ ...edge, gains })),
      ];
    }
  }
}

/** An authority that is no manager decides by code nobody here understands: it is taken to decide itself. */
function managedEdges(graph: Graph, state: ContractState, gains: Power, selector: Hex): Edge[] {
  if (!state.managed) return [];
  const { authority } = state.managed;
  if (graph.contract(authority)?.manager) {
    const need: Power = { kind: "restricted", manager: authority, target: state.address, selector };
    return graph.edgesInto(need).map((edge) => ({ ...edge, gains }));
  }
  const via = { kind: "contractOwner", contract: authority } as const;
  return [{ ...plainEdge(gains, { kind: "act", address: authority }, via), assumed: true }];
}

function isMapped(graph: Graph, authority: Address, target: Address, selector: Hex): boolean {
  const rules = graph.contract(authority)?.manager?.targets.find((t) => t.address === target);
  return rules?.functions.some((f) => f.selector === selector) ?? false;
}
