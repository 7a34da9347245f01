/**
 * Many calls in few requests: what is asked in one turn of the event loop travels together through Multicall3 where the chain has
 * it, and as single calls where it has not.
 */
import {
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  keccak256,
  multicall3Abi,
} from "viem";
import type { Node } from "./node.ts";
import { RpcFault } from "./rpcFault.ts";

const MULTICALL3: Address = getAddress("0xca11bde05977b3631167028862be2a173976ca11");
/**
 * Whoever else sits at that address on another chain is not asked. The canonical deployment, and the build that viem carries, which
 * development chains get.
 */
const MULTICALL3_CODEHASHES = [
  "0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891",
  "0x5a29a1eb2f59e45e4249b938c8192cac0d2bd32398e1afa03f302a867db692ea",
];
const LARGEST_BATCH = 200;

interface Waiting {
  to: Address;
  data: Hex;
  answer(data: Hex | undefined): void;
  fail(error: unknown): void;
}

/** @returns a call that answers undefined when the EVM reverts, and throws for all other trouble */
export function batchCalls(node: Node, blockTag: Hex): (to: Address, data: Hex) => Promise<Hex | undefined> {
  let waiting: Waiting[] = [];
  let multicall: Promise<boolean> | undefined;

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      multicall ??= hasMulticall(node, blockTag);
      const known = batch.length > 1 && (await multicall);
      for (const part of known ? splitByTarget(batch) : [batch]) {
        void (part.length > 1 && known ? askTogether(node, blockTag, part) : askEach(node, blockTag, part));
      }
    } catch (error) {
      for (const item of batch) item.fail(error);
    }
  }

  return (to, data) =>
    new Promise((answer, fail) => {
      if (waiting.length === 0) setTimeout(flush, 0);
      waiting.push({ to, data, answer, fail });
    });
}

/**
 * Multicall3 calls without STATICCALL: a contract that only looks like a view could change what the calls after it see. So a batch
 * asks one contract only, which could lie about itself anyway.
 */
function splitByTarget(batch: readonly Waiting[]): Waiting[][] {
  const byTarget = new Map<Address, Waiting[]>();
  for (const item of batch) {
    const items = byTarget.get(item.to);
    if (items) items.push(item);
    else byTarget.set(item.to, [item]);
  }
  return [...byTarget.values()].flatMap((items) =>
    Array.from({ length: Math.ceil(items.length / LARGEST_BATCH) }, (_, i) =>
      items.slice(i * LARGEST_BATCH, (i + 1) * LARGEST_BATCH),
    ),
  );
}

async function hasMulticall(node: Node, blockTag: Hex): Promise<boolean> {
  const code = await node.request<Hex>("eth_getCode", [MULTICALL3, blockTag]);
  return code !== "0x" && MULTICALL3_CODEHASHES.includes(keccak256(code));
}

async function askTogether(node: Node, blockTag: Hex, batch: readonly Waiting[]): Promise<void> {
  let results: readonly { success: boolean; returnData: Hex }[];
  try {
    const data = await node.request<Hex>("eth_call", [
      { to: MULTICALL3, data: encodeBatch(batch) },
      blockTag,
    ]);
    results = decodeFunctionResult({ abi: multicall3Abi, functionName: "aggregate3", data });
  } catch {
    // Too much for the node in one call, or trouble that the single calls will name.
    if (batch.length <= 8) return askEach(node, blockTag, batch);
    const half = batch.length >> 1;
    await askTogether(node, blockTag, batch.slice(0, half));
    return askTogether(node, blockTag, batch.slice(half));
  }
  const refused = batch.filter((item, i) => {
    const result = results[i];
    if (result?.success) item.answer(result.returnData);
    return !result?.success;
  });
  // A call that burns its gas starves the ones after it: only a call of its own proves a revert.
  return askEach(node, blockTag, refused);
}

async function askEach(node: Node, blockTag: Hex, batch: readonly Waiting[]): Promise<void> {
  await Promise.all(batch.map((item) => ask(node, blockTag, item).then(item.answer, item.fail)));
}

async function ask(node: Node, blockTag: Hex, { to, data }: Waiting): Promise<Hex | undefined> {
  try {
    return await node.request<Hex>("eth_call", [{ to, data }, blockTag]);
  } catch (error) {
    if (error instanceof RpcFault && error.kind === "revert") return undefined;
    throw error;
  }
}

function encodeBatch(batch: readonly Waiting[]): Hex {
  const calls = batch.map(({ to, data }) => ({ target: to, callData: data, allowFailure: true }));
  return encodeFunctionData({ abi: multicall3Abi, functionName: "aggregate3", args: [calls] });
}
