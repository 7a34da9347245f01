/** Schedule with the role manager, wait the execution delay, execute. Only the account that scheduled can execute. */
import { encodeFunctionData, encodePacked, type Hash, keccak256, zeroHash } from "viem";
import { accessManagerAbi, managerCallsAbi } from "../decode/standards.ts";
import { hashManagerCall } from "../identity.ts";
import type { Call, Operation, Route } from "../types.ts";
import type { Pending, RouteFacts, RoutePlan } from "./types.ts";

type ManagerRoute = Extract<Route, { kind: "manager" }>;

export function planManager(
  operation: Operation,
  route: ManagerRoute,
  salt: Hash,
  facts: RouteFacts,
): RoutePlan {
  const { manager, from } = route;
  const ours = facts.managers[manager]?.flavour === "portcullis";
  const { deadline } = operation;
  const entries = operation.calls.map((call, i) =>
    ours ? scheduled(manager, from, call, deadline, saltOf(salt, i)) : stock(manager, from, call),
  );
  const pending: Pending = { kind: "manager", address: manager, ids: entries.map((e) => e.id) };
  const [first] = pending.ids;
  return {
    id:
      pending.ids.length === 1 && first ? first : keccak256(encodePacked(["bytes32[]"], [[...pending.ids]])),
    salt,
    stages: [
      {
        name: "schedule",
        act: { as: from, calls: entries.map((e) => e.schedule), label: `schedule: ${operation.title}` },
        opens: pending,
      },
      {
        name: "execute",
        act: { as: from, calls: entries.map((e) => e.execute), label: `execute: ${operation.title}` },
        runs: pending,
      },
    ],
    cancel: { calls: entries.map((e) => e.cancel), pending },
  };
}

interface Entry {
  id: Hash;
  schedule: Call;
  execute: Call;
  cancel: Call;
}

function scheduled(manager: Call["to"], from: Call["to"], call: Call, deadline: bigint, salt: Hash): Entry {
  const { to, value, data } = call;
  const until = Number(deadline);
  const abi = managerCallsAbi;
  return {
    id: hashManagerCall(from, call, deadline, salt),
    schedule: {
      to: manager,
      value: 0n,
      data: encodeFunctionData({
        abi,
        functionName: "scheduleCall",
        args: [to, value, data, 0, until, salt],
      }),
    },
    execute: {
      to: manager,
      value,
      data: encodeFunctionData({ abi, functionName: "executeCall", args: [to, data, until, salt] }),
    },
    cancel: {
      to: manager,
      value: 0n,
      data: encodeFunctionData({
        abi,
        functionName: "cancelCall",
        args: [from, to, value, data, until, salt],
      }),
    },
  };
}

/** OpenZeppelin's manager binds neither value nor salt: title and reason are not on the chain then. */
function stock(manager: Call["to"], from: Call["to"], call: Call): Entry {
  const { to, value, data } = call;
  const abi = accessManagerAbi;
  return {
    id: hashManagerCall(from, { ...call, value: 0n }, 0n, zeroHash),
    schedule: {
      to: manager,
      value: 0n,
      data: encodeFunctionData({ abi, functionName: "schedule", args: [to, data, 0] }),
    },
    execute: {
      to: manager,
      value,
      data: encodeFunctionData({ abi, functionName: "execute", args: [to, data] }),
    },
    cancel: {
      to: manager,
      value: 0n,
      data: encodeFunctionData({ abi, functionName: "cancel", args: [from, to, data] }),
    },
  };
}

/** Equal calls of one operation need ids of their own. */
function saltOf(salt: Hash, index: number): Hash {
  return index === 0 ? salt : keccak256(encodePacked(["bytes32", "uint256"], [salt, BigInt(index)]));
}
