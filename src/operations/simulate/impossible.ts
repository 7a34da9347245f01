/** How a simulator says that it cannot: which capability is missing, and what to use instead. */
import { PortcullisError } from "../../errors.ts";
import type { Capability, SimulatorKind } from "./types.ts";

const MEANING: Readonly<Record<Capability, string>> = {
  "pinned-block": "stand on the pinned block",
  impersonation: "send as an account without its key",
  "time-travel": "choose the time of a block",
  sequence: "run transactions one after the other",
  "call-tree": "trace nested calls",
  "state-diff": "trace what changed in storage",
  logs: "return the logs",
  "revert-to-snapshot": "return to where it was",
  "state-override": "read the state that a simulation leaves",
};

export function simulationImpossible(
  kind: SimulatorKind,
  capability: Capability,
  why: string,
  cause?: unknown,
): PortcullisError {
  return new PortcullisError(
    "SIMULATION_IMPOSSIBLE",
    `Unable to simulate (${kind}): the chain's node does not ${MEANING[capability]}: ${why}`,
    {
      hint:
        kind === "fork"
          ? "check the RPC address of the network, or use a node that keeps the state of the pinned block"
          : "use the default simulator, a fork: --simulator fork",
      details: { simulator: kind, capability },
      cause,
    },
  );
}
