/** A transport that behaves like providers do on their bad days, over a provider that is well. */
import { createPublicClient, custom, type EIP1193RequestFn, type PublicClient } from "viem";
import { hardhat } from "viem/chains";

export interface Request {
  method: string;
  params: unknown[];
}

/** Answers instead of the node where it returns something else than `undefined`; may throw. */
export type Fault = (request: Request, count: number) => unknown;

export interface FaultyNode {
  client: PublicClient;
  requests: Request[];
  count(method: string): number;
}

export function faultyNode(provider: { request: EIP1193RequestFn }, fault: Fault): FaultyNode {
  const requests: Request[] = [];
  const count = (method: string) => requests.filter((request) => request.method === method).length;
  const request = async ({ method, params }: { method: string; params?: unknown }) => {
    const asked = { method, params: (params ?? []) as unknown[] };
    requests.push(asked);
    const answer = await fault(asked, count(method));
    return answer === undefined ? provider.request(asked as never) : answer;
  };
  const client = createPublicClient({ chain: hardhat, transport: custom({ request }), cacheTime: 0 });
  return { client: client as PublicClient, requests, count };
}

export function rpcError(code: number, message: string, data?: unknown): Error {
  return Object.assign(new Error(message), { code, data });
}

export interface LogFilter {
  fromBlock?: string;
  toBlock?: string;
  blockHash?: string;
}

/** Blocks a log query spans; undefined for other requests and for queries by block hash. */
export function blocksOf({
  method,
  params,
}: Request): { from: number; to: number; size: number } | undefined {
  if (method !== "eth_getLogs") return undefined;
  const { fromBlock, toBlock } = params[0] as LogFilter;
  if (fromBlock === undefined || toBlock === undefined) return undefined;
  const [from, to] = [Number(fromBlock), Number(toBlock)];
  return { from, to, size: to - from + 1 };
}
