/** A chain in a process of its own: `npx hardhat node`, or anvil where its binary is installed. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export type NodeKind = "hardhat" | "anvil";

export interface TestNode {
  url: string;
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>;
  /** Moves the clock on and mines a block. */
  passTime(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

const binary = (name: string) => join(process.cwd(), "node_modules/.bin", name);

export const hasAnvil = (): boolean => existsSync(binary("anvil"));

export async function startNode(kind: NodeKind, port: number): Promise<TestNode> {
  const args = kind === "anvil" ? ["--silent", "--port", `${port}`] : ["node", "--port", `${port}`];
  const child = spawn(binary(kind), args, {
    stdio: "ignore",
    env: { ...process.env, HH_TEST: undefined, NODE_OPTIONS: undefined },
  });
  const url = `http://127.0.0.1:${port}`;
  const rpc = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const body = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (body.error) throw new Error(`${method}: ${body.error.message}`);
    return body.result;
  };
  await untilReady(child, () => rpc("eth_chainId"));
  return {
    url,
    rpc,
    passTime: async (seconds) => {
      await rpc("evm_increaseTime", [seconds]);
      await rpc("evm_mine");
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("close", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

async function untilReady(child: ChildProcess, probe: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the node exited with ${child.exitCode}`);
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
