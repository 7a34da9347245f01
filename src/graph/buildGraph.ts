/** A snapshot as a graph of powers. Edges are found when asked for; the same question has the same answer, in the same order. */
import type { Address, Hex } from "viem";
import { keysOfOwner } from "../accounts/owners/readOwner.ts";
import type { ContractState, Snapshot } from "../snapshot/types.ts";
import { accessRoleEdges } from "./edges/accessControl.ts";
import { type AskedCall, accountEdges } from "./edges/account.ts";
import { callEdges } from "./edges/call.ts";
import { codeEdges } from "./edges/code.ts";
import { haltEdges } from "./edges/halt.ts";
import { restrictedEdges, roleEdges } from "./edges/manager.ts";
import { ownerEdges } from "./edges/owner.ts";
import { plainEdge } from "./edges/plainEdge.ts";
import { safeEdges } from "./edges/safe.ts";
import { dutyEdges, timelockEdges } from "./edges/timelock.ts";
import { type Edge, type Guard, type KnownGuard, type Power, powerId } from "./types.ts";

export interface Graph {
  /** Seconds since the epoch: what is expired, pending or active is judged at this time. */
  now: bigint;
  /** What the question is about: sessions lend nothing else. */
  asked: readonly AskedCall[];
  contract(address: Address): ContractState | undefined;
  guard(target: Address, selector: Hex): Guard | undefined;
  edgesInto(power: Power): readonly Edge[];
  /** Powers nobody else can lend: keys, and contracts whose code is not understood. */
  isHolder(power: Power): boolean;
}

/** @param snapshot read with `follow`: whoever it does not hold is taken for a key */
export function buildGraph(
  snapshot: Pick<Snapshot, "block" | "contracts">,
  guards: readonly KnownGuard[] = [],
  asked: readonly AskedCall[] = [],
): Graph {
  const contracts = new Map(snapshot.contracts.map((contract) => [contract.address, contract]));
  const known = new Map<string, readonly Edge[]>();
  const graph: Graph = {
    now: snapshot.block.timestamp,
    asked,
    contract: (address) => contracts.get(address),
    guard: (target, selector) => guards.find((g) => g.target === target && g.selector === selector)?.guard,
    edgesInto(power) {
      const id = powerId(power);
      const edges = known.get(id) ?? findEdges(graph, power).filter((edge) => isOpen(graph, edge));
      known.set(id, edges);
      return edges;
    },
    isHolder: (power) => power.kind === "act" && isHolder(graph.contract(power.address)),
  };
  return graph;
}

function findEdges(graph: Graph, power: Power): Edge[] {
  switch (power.kind) {
    case "act":
      return actEdges(graph, power.address);
    case "call":
      return callEdges(graph, power.target, power.selector);
    case "restricted":
      return restrictedEdges(graph, power);
    case "role":
      return roleEdges(graph, power);
    case "accessRole":
      return accessRoleEdges(graph, power.contract, power.role);
    case "duty":
      return dutyEdges(graph, power.timelock, power.duty);
    case "owner":
      return ownerEdges(graph, power.contract);
    case "code":
      return codeEdges(graph, power.contract);
    case "halt":
    case "resume":
      return haltEdges(graph, power.kind, power.contract);
    case "anyone":
      return [];
  }
}

/** Keys, whatever they delegate to, stay keys; so does what has not been read. */
function isHolder(state: ContractState | undefined): boolean {
  return !state || state.codehash === null || state.delegate !== undefined || !isUnderstood(state);
}

function isUnderstood(state: ContractState): boolean {
  // Of an owner that is no address, as of a passkey, the account itself stands for the key.
  const owned = state.account !== undefined && keysOfOwner(state.account.owner).length > 0;
  return state.safe !== undefined || state.timelock !== undefined || state.manager !== undefined || owned;
}

function actEdges(graph: Graph, address: Address): Edge[] {
  const state = graph.contract(address);
  if (!state || state.codehash === null) return [];
  const gains: Power = { kind: "act", address };
  const edges: Edge[] = [
    ...safeEdges(graph, state),
    ...timelockEdges(graph, state),
    ...accountEdges(graph, state),
  ];
  if (state.delegate !== undefined) {
    // The delegate's code runs as the key: what it lets others do stands in that code alone.
    const via = { kind: "delegate", account: address, delegate: state.delegate } as const;
    edges.push({ ...plainEdge(gains, { kind: "act", address: state.delegate }, via), assumed: true });
  }
  if (state.manager) {
    // Functions no role was given need ADMIN_ROLE, and the manager itself calls for whoever holds it.
    edges.push(
      plainEdge(
        gains,
        { kind: "role", manager: address, role: 0n },
        { kind: "managerCall", manager: address },
      ),
    );
  }
  if (!isUnderstood(state) && state.ownable) {
    const via = { kind: "contractOwner", contract: address } as const;
    edges.push({ ...plainEdge(gains, { kind: "owner", contract: address }, via), assumed: true });
  }
  const upgrades = graph.edgesInto({ kind: "code", contract: address });
  for (const upgrade of upgrades) edges.push({ ...upgrade, gains });
  return edges;
}

/** A grant that ends before its own delay is over lends nothing. */
function isOpen(graph: Graph, { expires, needs }: Edge): boolean {
  return expires === 0n || needs.every(({ wait }) => graph.now + wait < expires);
}
