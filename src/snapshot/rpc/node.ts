/**
 * A node as the snapshot uses it: one request at a time, retried here and only here, so that what comes out is either an
 * answer, a fault its caller can act on (`revert`, `range`, `pruned`, `unsupported`), or a refusal.
 */
import type { PublicClient } from "viem";
import { PortcullisError } from "../../errors.ts";
import { type RpcFault, type RpcFaultKind, toRpcFault } from "./rpcFault.ts";

export interface Node {
  /**
   * @throws RpcFault of kind `revert`, `range`, `pruned` or `unsupported`
   * @throws PortcullisError RPC_RATE_LIMITED, RPC_LAGGING, RPC_UNREACHABLE when retries did not help
   */
  request<T>(method: string, params: readonly unknown[], options?: RequestOptions): Promise<T>;
}

export interface RequestOptions {
  /** A timeout comes out as RpcFault at once, for callers that can ask for less. */
  timeoutIsFault?: boolean;
}

export interface NodeOptions {
  /** Requests in flight at once. */
  concurrency?: number;
  /** Pauses, in milliseconds, between retries. */
  wait?: (milliseconds: number) => Promise<void>;
  /** How often a request is repeated after quota, lag or transport trouble. */
  retries?: number;
}

/** Kinds of trouble after which the same request may work. */
const PASSING: readonly RpcFaultKind[] = ["rate", "behind", "timeout", "transport"];

/** Milliseconds. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 8_000;

export function connectNode(client: PublicClient, options: NodeOptions = {}): Node {
  const { concurrency = 12, retries = 5 } = options;
  const wait = options.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const limit = limitConcurrency(concurrency);
  // The client's own retry would repeat even reverts on nodes that use -32603 for them.
  const send = client.request as unknown as (
    request: { method: string; params: readonly unknown[] },
    options: { retryCount: number },
  ) => Promise<unknown>;

  async function request<T>(
    method: string,
    params: readonly unknown[],
    ask: RequestOptions = {},
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await limit(() => send({ method, params }, { retryCount: 0 }))) as T;
      } catch (error) {
        const fault = toRpcFault(error);
        const passes = PASSING.includes(fault.kind) && !(fault.kind === "timeout" && ask.timeoutIsFault);
        if (!passes) throw fault;
        if (attempt >= retries) throw refuse(method, fault, attempt + 1);
        await wait(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE));
      }
    }
  }
  return { request };
}

function refuse(method: string, fault: RpcFault, attempts: number): PortcullisError {
  const details = { method, attempts, answer: fault.message };
  if (fault.kind === "rate") {
    return new PortcullisError(
      "RPC_RATE_LIMITED",
      `The node refuses ${method} for its quota: ${fault.message}`,
      {
        hint: "wait and run the same command again, or use an RPC URL with a larger plan",
        details,
      },
    );
  }
  if (fault.kind === "behind") {
    return new PortcullisError(
      "RPC_LAGGING",
      `The node lacks a block the chain has (${method}): ${fault.message}`,
      {
        hint: "run the same command again when the node has caught up, or use another RPC URL",
        details,
      },
    );
  }
  return new PortcullisError("RPC_UNREACHABLE", `The node does not answer ${method}: ${fault.message}`, {
    hint: "check the network's url and that the node runs, then run the same command again",
    details,
  });
}

function limitConcurrency(limit: number): <T>(job: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (job) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
