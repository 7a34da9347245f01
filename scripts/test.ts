/**
 * `npm test`: builds, checks, runs every suite, and closes with the counts.
 *
 * A runner that found no test exits 0, so a suite counts as passed only when its own closing lines say that at least
 * one test ran and none failed. `npm test -- mocha` runs the named suites only.
 */
import { spawn } from "node:child_process";

interface Suite {
  name: string;
  command: string[];
  /** Absent for steps that count nothing. */
  counts?: (output: string) => { passed: number; failed: number };
}

const sum = (output: string, pattern: RegExp): number =>
  [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);

const hardhatCounts = (output: string) => ({
  passed: sum(output, /^\s*(\d+) passing\b/gm),
  failed: sum(output, /^\s*(\d+) failing\b/gm),
});

const suites: Suite[] = [
  { name: "build", command: ["hardhat", "build", "--no-tests"] },
  { name: "check", command: ["npm", "run", "--silent", "check"] },
  { name: "solidity", command: ["hardhat", "test", "solidity"], counts: hardhatCounts },
  { name: "mocha", command: ["hardhat", "test", "mocha", "--no-compile"], counts: hardhatCounts },
];

const only = process.argv.slice(2);
const unknown = only.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No suite "${unknown.join('", "')}". There are: ${suites.map((s) => s.name).join(", ")}`);
  process.exit(1);
}

const total = { passed: 0, failed: 0 };
for (const suite of suites) {
  if (only.length > 0 && !only.includes(suite.name)) continue;
  const started = Date.now();
  console.log(`\n── ${suite.name} ──`);
  const { exitCode, output } = await run(suite.command);
  const counted = suite.counts?.(output);
  total.passed += counted?.passed ?? 0;
  total.failed += counted?.failed ?? 0;
  const problem =
    exitCode !== 0
      ? `exited with ${exitCode}`
      : counted === undefined
        ? undefined
        : counted.failed > 0
          ? `${counted.failed} failed`
          : counted.passed === 0
            ? "ran no test"
            : undefined;
  if (problem !== undefined) {
    console.error(`\n${suite.name}: ${problem}`);
    console.log(`${total.passed} passed, ${Math.max(total.failed, 1)} failed`);
    process.exit(1);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`── ${suite.name}: ${counted ? `${counted.passed} passed, ` : ""}${seconds} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/** Runs a program of node_modules/.bin (on npm's PATH), shows what it prints and keeps it. */
function run([program, ...args]: string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program as string, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
