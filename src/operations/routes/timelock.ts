/** Schedule, wait, execute: TimelockController's way, ours and OpenZeppelin's alike. */
import { encodeFunctionData, type Hash, zeroAddress, zeroHash } from "viem";
import { timelockControllerAbi } from "../decode/standards.ts";
import { hashTimelockOperation } from "../identity.ts";
import type { Call, Operation, Route } from "../types.ts";
import type { Pending, RouteFacts, RoutePlan, Stage, TimelockFacts } from "./types.ts";

type TimelockRoute = Extract<Route, { kind: "timelock" }>;

/** `planCarrier` plans how the proposer makes the scheduling call: it may have a route of its own. */
export function planTimelock(
  operation: Operation,
  route: TimelockRoute,
  salt: Hash,
  facts: RouteFacts,
  planCarrier: (scheduling: Operation) => RoutePlan,
): RoutePlan {
  const { timelock } = route;
  const { delay, executors } = facts.timelocks[timelock] as TimelockFacts;
  const id = hashTimelockOperation(operation.calls, zeroHash, salt);
  const pending: Pending = { kind: "timelock", address: timelock, ids: [id] };
  const carrier = planCarrier({
    ...operation,
    route: route.proposer,
    calls: [scheduleCall(timelock, operation.calls, salt, delay)],
  });
  const scheduling = carrier.stages.map((stage, i): Stage => {
    const last = i === carrier.stages.length - 1;
    return last
      ? {
          ...stage,
          name: "schedule",
          act: labelled(stage.act, `schedule: ${operation.title}`),
          opens: pending,
        }
      : stage;
  });
  const [only] = executors;
  return {
    id,
    salt,
    stages: [
      ...scheduling,
      {
        name: "execute",
        runs: pending,
        act: {
          as: executors.includes(zeroAddress) ? "anyone" : (only ?? zeroAddress),
          calls: [executeCall(timelock, operation.calls, zeroHash, salt)],
          label: `execute: ${operation.title}`,
        },
      },
    ],
    cancel: { calls: [cancelCall(timelock, id)], pending },
  };
}

export function scheduleCall(timelock: Call["to"], calls: readonly Call[], salt: Hash, delay: bigint): Call {
  const [only] = calls;
  const abi = timelockControllerAbi;
  const data =
    only && calls.length === 1
      ? encodeFunctionData({
          abi,
          functionName: "schedule",
          args: [only.to, only.value, only.data, zeroHash, salt, delay],
        })
      : encodeFunctionData({
          abi,
          functionName: "scheduleBatch",
          args: [...columns(calls), zeroHash, salt, delay],
        });
  return { to: timelock, value: 0n, data };
}

export function executeCall(
  timelock: Call["to"],
  calls: readonly Call[],
  predecessor: Hash,
  salt: Hash,
): Call {
  const [only] = calls;
  const abi = timelockControllerAbi;
  const data =
    only && calls.length === 1
      ? encodeFunctionData({
          abi,
          functionName: "execute",
          args: [only.to, only.value, only.data, predecessor, salt],
        })
      : encodeFunctionData({
          abi,
          functionName: "executeBatch",
          args: [...columns(calls), predecessor, salt],
        });
  return { to: timelock, value: 0n, data };
}

export function cancelCall(timelock: Call["to"], id: Hash): Call {
  return {
    to: timelock,
    value: 0n,
    data: encodeFunctionData({ abi: timelockControllerAbi, functionName: "cancel", args: [id] }),
  };
}

function columns(calls: readonly Call[]): [Call["to"][], bigint[], Call["data"][]] {
  return [calls.map((c) => c.to), calls.map((c) => c.value), calls.map((c) => c.data)];
}

function labelled<T extends { label: string }>(act: T, label: string): T {
  return { ...act, label };
}
