/** The programs that a suite starts: a development node, and Alto in front of it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPoints } from "../../../test/entryPoints.ts";
import { type DevNode, funded } from "./devNode.ts";

const FOLDER = "scripts/suites/alto";
const ALTO = `${FOLDER}/node_modules/@pimlico/alto`;

export interface Programs {
  chain: string;
  bundler: string;
  /** The last lines that the bundler wrote. */
  log(): string;
  stop(): void;
}

/** @throws Error where npm does not have it. */
export function installAlto(): void {
  if (existsSync(ALTO)) return;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: FOLDER, stdio: "inherit" });
}

/** @param prepare what the chain needs before the bundler looks at it */
export async function startPrograms(
  node: DevNode,
  prepare: (chain: string) => Promise<void>,
): Promise<Programs> {
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
    children.push(node.start(chainPort, scratch));
    await untilAnswer(chain, "eth_chainId");
    await prepare(chain);

    const output = openSync(logFile, "w");
    children.push(
      spawn(process.execPath, [...nodeOptions(node), startFile(), ...altoOptions(chain, bundlerPort, node)], {
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

const nodeOptions = ({ tracesValidation }: DevNode): string[] =>
  tracesValidation ? ["--import", import.meta.resolve("./mendAlto.ts")] : [];

const altoOptions = (chain: string, port: number, { tracesValidation }: DevNode): string[] => [
  ...["--entrypoints", Object.values(entryPoints).join(",")],
  ...["--executor-private-keys", funded.executor, "--utility-private-key", funded.utility],
  ...["--rpc-url", chain, "--port", String(port)],
  ...["--safe-mode", String(tracesValidation)],
  // It writes whole traces otherwise.
  ...(tracesValidation ? ["--log-level", "warn"] : []),
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
