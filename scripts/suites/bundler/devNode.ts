/** A development node as the suites need one, and who has ether on it. */
import type { ChildProcess } from "node:child_process";
import { createTestClient, type Hex, http, publicActions, walletActions } from "viem";
import { anvil } from "viem/chains";

export interface DevNode {
  /** Whether it traces as Alto's own ERC-7562 checks ask: its safe mode. */
  tracesValidation: boolean;
  /** On anvil's chain id, with ether for {@link funded}. @param folder for what it keeps */
  start(port: number, folder: string): ChildProcess;
  /** Puts the entry points where they are on public chains, if it does not start with them. */
  etch(client: ChainClient): Promise<void>;
  passTime(client: ChainClient, seconds: number): Promise<void>;
}

export type ChainClient = ReturnType<typeof connect>;

export const connect = (url: string) =>
  createTestClient({ mode: "anvil", chain: anvil, transport: http(url), pollingInterval: 50, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions);

/** anvil's own keys, published everywhere: the first and the last two of its ten. */
export const funded = {
  sender: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  executor: "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
  utility: "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
} as const satisfies Record<string, Hex>;
