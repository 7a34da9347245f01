/** The principal makes the calls itself, at once: a key sends them, a Safe executes them. */
import type { Address } from "viem";
import { hashDirectOperation } from "../identity.ts";
import type { Operation } from "../types.ts";
import type { RoutePlan } from "./types.ts";

export function planDirect(operation: Operation, from: Address, salt: `0x${string}`): RoutePlan {
  return {
    id: hashDirectOperation(operation.chainId, from, operation.calls, salt),
    salt,
    stages: [{ name: "execute", act: { as: from, calls: operation.calls, label: operation.title } }],
  };
}
