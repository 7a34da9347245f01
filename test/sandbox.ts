/** A project of its own in a temporary folder: this repository's contracts, artifacts and policies, its own records. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "..");

export interface Sandbox {
  root: string;
  /** Runs `npx hardhat …` to its end, or until it is killed. */
  hardhat(...args: string[]): Promise<Run>;
  /** Runs a line as a person types it, `npx` and all. */
  shell(line: string): Promise<Run>;
  /** The child that is running now. */
  kill(): void;
  remove(): void;
}

export interface Run {
  /** Null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * @param url of the network "localhost"
 * @param variables of the environment, beside this process's own
 */
export function createSandbox(url: string, variables: Readonly<Record<string, string>> = {}): Sandbox {
  const environment = () => ({ ...ownEnvironment(), ...variables });
  const root = realpathSync(mkdtempSync(join(tmpdir(), "portcullis-")));
  for (const folder of ["node_modules", "src", "tasks"])
    symlinkSync(join(repository, folder), join(root, folder));
  for (const name of ["contracts", "artifacts", "deploy", "examples", "package.json", "tsconfig.json"])
    cpSync(join(repository, name), join(root, name), { recursive: true });
  // Hardhat's cache holds absolute paths: with the sandbox's own, nothing is compiled again.
  mkdirSync(join(root, "cache"));
  writeFileSync(join(root, COMPILE_CACHE), readCompileCache().replaceAll(repository, root));
  const config = JSON.stringify(join(repository, "hardhat.config.ts"));
  writeFileSync(
    join(root, "hardhat.config.ts"),
    `import config from ${config};\n` +
      `export default { ...config, networks: { ...config.networks, localhost: { type: "http", url: ${JSON.stringify(url)} } } };\n`,
  );
  let child: ChildProcess | undefined;
  return {
    root,
    hardhat: async (...args) => {
      const cli = join(repository, "node_modules/hardhat/dist/src/cli.js");
      child = spawn(process.execPath, [cli, ...args], {
        cwd: root,
        env: environment(),
        stdio: ["ignore", "pipe", "pipe"],
      });
      return finish(child);
    },
    shell: async (line) =>
      finish(spawn(line, { cwd: root, env: environment(), shell: true, stdio: ["ignore", "pipe", "pipe"] })),
    kill: () => child?.kill("SIGKILL"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const COMPILE_CACHE = "cache/compile-cache.json";

/** Whole: the Solidity tests, which may run beside, write it anew when they are compiled. */
function readCompileCache(): string {
  for (;;) {
    const text = readFileSync(join(repository, COMPILE_CACHE), "utf8");
    if (text.trimEnd().endsWith("}")) return text;
  }
}

/** Hardhat hands its options to children by HARDHAT_*: the sandbox has its own. This Node comes first on the path. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HARDHAT_|HH_|NODE_ENV$)/.test(name));
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
}

function finish(child: ChildProcess): Promise<Run> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((done) => child.once("close", (code) => done({ code, stdout, stderr })));
}

export type NodeKind = "hardhat" | "anvil";

export interface LocalNode {
  url: string;
  /** Moves the clock on and mines a block. */
  passTime(seconds: number): Promise<void>;
  blockNumber(): Promise<number>;
  stop(): void;
}

const ANVIL = join(repository, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");

/** anvil is an optional package: a suite that would use it says so where it is absent. */
export const hasAnvil = existsSync(ANVIL);

/** Starts a chain and waits until it answers. Only anvil takes another chain id than 31337. */
export async function startNode(kind: NodeKind, { chainId }: { chainId?: number } = {}): Promise<LocalNode> {
  const port = await freePort();
  const [command, args] =
    kind === "anvil"
      ? [ANVIL, ["--port", String(port), "--silent", ...(chainId ? ["--chain-id", String(chainId)] : [])]]
      : [
          process.execPath,
          [join(repository, "node_modules/hardhat/dist/src/cli.js"), "node", "--port", String(port)],
        ];
  const child = spawn(command, args, { cwd: repository, env: ownEnvironment(), stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await ask(url, "eth_chainId").catch(() => undefined))
      return {
        url,
        passTime: async (seconds) => {
          await ask(url, "evm_increaseTime", seconds);
          await ask(url, "evm_mine");
        },
        blockNumber: async () => Number(await ask(url, "eth_blockNumber")),
        stop: () => child.kill("SIGKILL"),
      };
    await new Promise((tick) => setTimeout(tick, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`${kind} did not start`);
}

export async function ask<T = unknown>(url: string, method: string, ...params: unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const answer = (await response.json()) as { result?: T; error?: { message: string } };
  if (answer.error) throw new Error(answer.error.message);
  return answer.result as T;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}
