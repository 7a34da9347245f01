/** An operation → its stages along its route. Pure: what it needs of the chain comes in as facts. */
import type { Address, Hash } from "viem";
import { hashSalt } from "../identity.ts";
import type { Operation, Route } from "../types.ts";
import { planDirect } from "./direct.ts";
import { planManager } from "./manager.ts";
import { planTimelock } from "./timelock.ts";
import type { RouteFacts, RoutePlan } from "./types.ts";

/** `nonce` tells operations apart that are equal in all else. */
export function planRoute(operation: Operation, nonce: bigint, facts: RouteFacts): RoutePlan {
  const { title, reason, deadline, effectsHash } = operation;
  const salt = hashSalt({ title, reason, deadline, nonce, ...(effectsHash ? { effectsHash } : {}) });
  return planWithSalt(operation, salt, facts);
}

export function planWithSalt(operation: Operation, salt: Hash, facts: RouteFacts): RoutePlan {
  const { route } = operation;
  switch (route.kind) {
    case "direct":
      return planDirect(operation, route.from, salt);
    case "account":
      return planDirect(operation, route.account, salt);
    case "safe":
      return planDirect(operation, route.safe, salt);
    case "manager":
      return planManager(operation, route, salt, facts);
    case "timelock":
      return planTimelock(operation, route, salt, facts, (scheduling) =>
        planWithSalt(scheduling, salt, facts),
      );
  }
}

/** Timelocks and managers on a route: what facts are needed of. */
export function contractsOf(route: Route): { timelocks: Address[]; managers: Address[] } {
  if (route.kind === "manager") return { timelocks: [], managers: [route.manager] };
  if (route.kind !== "timelock") return { timelocks: [], managers: [] };
  const inner = contractsOf(route.proposer);
  return { timelocks: [...inner.timelocks, route.timelock], managers: inner.managers };
}

/** Whose calls the operation's calls will be: what is simulated, and what must hold the ETH. */
export function callerOf(route: Route): Address {
  switch (route.kind) {
    case "direct":
      return route.from;
    case "account":
      return route.account;
    case "safe":
      return route.safe;
    case "manager":
      return route.manager;
    case "timelock":
      return route.timelock;
  }
}
