/**
 * The default simulator: a fork of the network's RPC, at a pinned block, in this process. It needs nothing of the RPC
 * but its state; time, senders and traces are the fork's own.
 */
import type { Hex } from "viem";
import { askBlock, createAsk, type Provider } from "./ask.ts";
import { connectEmbeddedSimulator } from "./embedded.ts";
import type { Simulator } from "./types.ts";

export interface ForkOptions {
  /** The chain that is forked. */
  upstream: Provider;
  /** Opens the fork; the edge knows how (Hardhat's in-process chain). */
  open: (at: {
    chainId: number;
    blockNumber: bigint;
  }) => Promise<{ provider: Provider; close(): Promise<void> }>;
  /** The upstream's latest block where absent. */
  blockNumber?: bigint;
}

/** @throws PortcullisError SIMULATION_IMPOSSIBLE naming the missing capability. */
export async function connectForkSimulator({ upstream, open, blockNumber }: ForkOptions): Promise<Simulator> {
  const ask = createAsk("fork", upstream);
  const chainId = Number(await ask<Hex>("pinned-block", "eth_chainId"));
  const { number, hash } = await askBlock(ask, "fork", blockNumber ?? "latest");
  const fork = await open({ chainId, blockNumber: number });
  try {
    return await connectEmbeddedSimulator(fork.provider, {
      kind: "fork",
      expected: { chainId, number, hash },
      close: () => fork.close(),
    });
  } catch (error) {
    await fork.close();
    throw error;
  }
}
