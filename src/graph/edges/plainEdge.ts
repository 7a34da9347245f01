import type { Edge, Power, Via } from "../types.ts";

/** The plainest edge: one power lends another, after `wait` seconds. */
export function plainEdge(gains: Power, need: Power, via: Via, wait = 0n): Edge {
  return { gains, needs: [{ power: need, wait }], threshold: 1, via, vetoers: [], expires: 0n };
}
