/** The programs that the suite starts: anvil, and Alto in front of it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPoints } from "../../../test/entryPoints.ts";

const ANVIL = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";
const FOLDER = "scripts/suites/alto";
const ALTO = `${FOLDER}/node_modules/@pimlico/alto`;

/** anvil's own, published everywhere: the last two of its ten. */
const EXECUTOR = "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97";
const UTILITY = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";

export interface Programs {
  chain: string;
  bundler: string;
  /** The last lines that the bundler wrote. */
  log(): string;
  stop(): void;
}

/** What is missing to run the suite here; undefined where all is there, or was installed. */
export function installAlto(): string | undefined {
  if (!existsSync(ANVIL)) return "anvil (npm's @foundry-rs/anvil-linux-amd64 is for Linux on x64)";
  if (existsSync(ALTO)) return undefined;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: FOLDER, stdio: "inherit" });
  return existsSync(ALTO) ? undefined : "@pimlico/alto";
}

/** @param prepare what the chain needs before the bundler looks at it */
export async function startPrograms(prepare: (chain: string) => Promise<void>): Promise<Programs> {
  const scratch = mkdtempSync(join(tmpdir(), "portcullis-alto-"));
  const logFile = join(scratch, "alto.log");
  const children: ChildProcess[] = [];
  const stop = () => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(scratch, { recursive: true, force: true });
  };
  const log = () => readFileSync(logFile, "utf8").split("\n").slice(-40).join("\n");
  try {
    const [chainPort, bundlerPort] = [await freePort(), await freePort()];
    const [chain, bundler] = [`http://127.0.0.1:${chainPort}`, `http://127.0.0.1:${bundlerPort}`];
    children.push(spawn(ANVIL, ["--port", String(chainPort), "--silent"], { stdio: "ignore" }));
    await untilAnswer(chain, "eth_chainId");
    await prepare(chain);

    const output = openSync(logFile, "w");
    children.push(
      spawn(process.execPath, [startFile(), ...altoOptions(chain, bundlerPort)], {
        stdio: ["ignore", output, output],
      }),
    );
    await untilAnswer(bundler, "eth_supportedEntryPoints").catch((error) => {
      throw new Error(`${(error as Error).message}\n${log()}`);
    });
    return { chain, bundler, log, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Not its bin: npm links that under other names on other systems. */
function startFile(): string {
  const { bin } = JSON.parse(readFileSync(join(ALTO, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  return join(ALTO, Object.values(bin)[0] ?? "");
}

const altoOptions = (chain: string, port: number): string[] => [
  ...["--entrypoints", Object.values(entryPoints).join(",")],
  ...["--executor-private-keys", EXECUTOR, "--utility-private-key", UTILITY],
  ...["--rpc-url", chain, "--port", String(port)],
  // anvil has no tracer that Alto's ERC-7562 checks understand: those are our own, test/accounts/erc7562.
  ...["--safe-mode", "false"],
];

async function untilAnswer(url: string, method: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${url} did not answer ${method} within a minute`);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
