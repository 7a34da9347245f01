/** Who can get past the guard of a function: through what, how fast, who can stop it, and the fewest keys that suffice. */
import { type Address, type Hex, toFunctionSelector } from "viem";
import type { Snapshot } from "../snapshot/types.ts";
import { buildGraph } from "./buildGraph.ts";
import type { AskedCall } from "./edges/account.ts";
import { UPGRADE_AND_CALL } from "./edges/code.ts";
import { findPaths, type Path } from "./findPaths.ts";
import { leastDelays } from "./leastDelays.ts";
import { findReachable } from "./reachable.ts";
import { findSmallestSet, type SmallestSet } from "./smallestSet.ts";
import type { KnownGuard, Power } from "./types.ts";

export interface WhoCanParameters {
  target: Address;
  /** Of the function; or what is to be done by any means (see `Means`). */
  selector: Hex | Means;
  /** What functions were found to ask of their caller: the target's, and those of what has power over it. */
  guards?: readonly KnownGuard[];
  /** Most paths to return, the quickest ones. */
  limit?: number;
}

/** `code`: replacing the target's code. `halt`: pausing or shutting it. `resume`: undoing that. */
export type Means = "code" | "halt" | "resume";

export interface Reach {
  target: Address;
  selector: Hex | Means;
  /** Quickest first. Empty: nobody can, as far as the chain tells. */
  paths: readonly Path[];
  /** False where there are more paths than were followed. `smallest` and `fastest` do not depend on it. */
  complete: boolean;
  /** The fewest holders that suffice, of whatever path. Absent where nobody can. */
  smallest?: SmallestSet;
  /** Seconds that the quickest way takes. Absent where nobody can. */
  fastest?: bigint;
  /** Keys on the ways there that run code of others (EIP-7702), which can then act for them. */
  delegated: readonly { account: Address; delegate: Address }[];
}

/**
 * @param snapshot read with `follow: true` from `target`, or a policy's desired state
 * @example
 * const { smallest } = whoCan(snapshot, { target: vault, selector: "0x4f1ef286" });
 */
export function whoCan(
  snapshot: Pick<Snapshot, "block" | "contracts">,
  { target, selector, guards = [], limit = 100 }: WhoCanParameters,
): Reach {
  const graph = buildGraph(snapshot, guards, askedCalls(target, selector));
  const root: Power =
    selector === "code" || selector === "halt" || selector === "resume"
      ? { kind: selector, contract: target }
      : { kind: "call", target, selector };
  const reachable = findReachable(graph, root);
  const { paths, complete } = findPaths(reachable, limit);
  const smallest = findSmallestSet(reachable);
  const fastest = leastDelays(reachable, () => true)[reachable.root];
  return {
    target,
    selector,
    paths,
    complete,
    delegated: reachable.holders.flatMap(({ address }) => {
      const delegate = graph.contract(address)?.delegate;
      return delegate === undefined ? [] : [{ account: address, delegate }];
    }),
    ...(smallest ? { smallest } : {}),
    ...(fastest === undefined ? {} : { fastest }),
  };
}

/** The calls that do what was asked about. */
function askedCalls(target: Address, selector: Hex | Means): AskedCall[] {
  switch (selector) {
    case "code":
      return [{ target, selector: UPGRADE_AND_CALL }];
    case "halt":
      return [{ target, selector: toFunctionSelector("pause()") }];
    case "resume":
      return [{ target, selector: toFunctionSelector("unpause()") }];
    default:
      return [{ target, selector }];
  }
}
