import { type Address, zeroAddress } from "viem";
import { sortAddresses } from "../../snapshot/sortAddresses.ts";
import type { ContractState, DelayState, TimelockState } from "../../snapshot/types.ts";
import type { Graph } from "../buildGraph.ts";
import type { Duty, Edge, Power } from "../types.ts";
import { plainEdge } from "./plainEdge.ts";

/** A timelock acts for who can propose, once its delay is over and somebody executes. */
export function timelockEdges(graph: Graph, { address, timelock }: ContractState): Edge[] {
  if (!timelock) return [];
  return [
    {
      gains: { kind: "act", address },
      needs: [
        {
          power: { kind: "duty", timelock: address, duty: "proposer" },
          wait: leastDelay(timelock.delay, graph.now),
        },
        { power: { kind: "duty", timelock: address, duty: "executor" }, wait: 0n },
      ],
      threshold: 2,
      via: { kind: "timelock", timelock: address },
      vetoers: sortAddresses([...timelock.cancellers, ...timelock.guardians]),
      expires: 0n,
    },
  ];
}

export function dutyEdges(graph: Graph, address: Address, duty: Duty): Edge[] {
  const timelock = graph.contract(address)?.timelock;
  if (!timelock) return [];
  const gains: Power = { kind: "duty", timelock: address, duty };
  const holders = holdersOf(timelock, duty).map((account) => {
    const power: Power = account === zeroAddress ? { kind: "anyone" } : { kind: "act", address: account };
    return plainEdge(gains, power, { kind: "duty", timelock: address, duty, account });
  });
  if (duty === "admin") return holders;
  // An admin gives itself any other duty, at once. As its own admin a timelock only acts for its proposers.
  const admins = timelock.admins
    .filter((account) => account !== address)
    .map((account) =>
      plainEdge(
        gains,
        { kind: "act", address: account },
        { kind: "timelockAdmin", timelock: address, account },
      ),
    );
  return [...holders, ...admins];
}

function holdersOf(timelock: TimelockState, duty: Duty): readonly Address[] {
  switch (duty) {
    case "proposer":
      return timelock.proposers.filter((account) => !timelock.suspended.includes(account));
    case "executor":
      return timelock.executors;
    case "canceller":
      return sortAddresses([...timelock.cancellers, ...timelock.guardians]);
    case "guardian":
      return timelock.guardians;
    case "admin":
      return timelock.admins;
  }
}

/** Now, or after a pending change where waiting for it is quicker. */
export function leastDelay({ current, pending, effect }: DelayState, now: bigint): bigint {
  if (effect <= now) return current;
  const later = effect - now + pending;
  return later < current ? later : current;
}
