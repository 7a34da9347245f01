/** Requests to a simulator's node: what it cannot answer is a missing capability, not a stack trace. */
import { type Hex, numberToHex } from "viem";
import { simulationImpossible } from "./impossible.ts";
import type { Capability, SimulatorKind } from "./types.ts";

/** An EIP-1193 provider, as little of it as is needed. */
export interface Provider {
  request(args: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

export type Ask = <T>(capability: Capability, method: string, params?: readonly unknown[]) => Promise<T>;

export function createAsk(kind: SimulatorKind, provider: Provider): Ask {
  return async (capability, method, params = []) => {
    try {
      return (await provider.request({ method, params })) as never;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw simulationImpossible(kind, capability, `${method} failed: ${message}`, error);
    }
  };
}

export interface RpcBlock {
  number: bigint;
  hash: Hex;
  timestamp: bigint;
  gasLimit: bigint;
  transactions: readonly unknown[];
}

/** @throws PortcullisError SIMULATION_IMPOSSIBLE (pinned-block) if the node does not have it. */
export async function askBlock(ask: Ask, kind: SimulatorKind, block: bigint | "latest"): Promise<RpcBlock> {
  const tag = block === "latest" ? block : numberToHex(block);
  const raw = await ask<
    (Record<"number" | "hash" | "timestamp" | "gasLimit", Hex> & { transactions: readonly unknown[] }) | null
  >("pinned-block", "eth_getBlockByNumber", [tag, false]);
  if (raw === null) throw simulationImpossible(kind, "pinned-block", `it has no block ${block}`);
  return {
    number: BigInt(raw.number),
    hash: raw.hash,
    timestamp: BigInt(raw.timestamp),
    gasLimit: BigInt(raw.gasLimit),
    transactions: raw.transactions,
  };
}

/** EIP-7825's cap, or the block's gas where that is less: what a transaction on the chain could have at most. */
export function simulationGas(block: RpcBlock): bigint {
  const cap = 2n ** 24n;
  return block.gasLimit < cap ? block.gasLimit : cap;
}
