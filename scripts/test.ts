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

interface Printer {
  out(text: string | Buffer): void;
  err(text: string | Buffer): void;
  end(): void;
}

const sum = (output: string, pattern: RegExp): number =>
  [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);

const hardhatCounts = (output: string) => ({
  passed: sum(output, /^\s*(\d+) passing\b/gm),
  failed: sum(output, /^\s*(\d+) failing\b/gm),
});

/** One after the other; what stands together runs at once, as neither needs what the other writes. */
const stages: Suite[][] = [
  [{ name: "build", command: ["hardhat", "build", "--no-tests"] }],
  [{ name: "check", command: ["npm", "run", "--silent", "check"] }],
  [
    { name: "mocha", command: ["hardhat", "test", "mocha", "--no-compile"], counts: hardhatCounts },
    { name: "solidity", command: ["hardhat", "test", "solidity"], counts: hardhatCounts },
  ],
];
const suites = stages.flat();

const only = process.argv.slice(2);
const unknown = only.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No suite "${unknown.join('", "')}". There are: ${suites.map((s) => s.name).join(", ")}`);
  process.exit(1);
}

const total = { passed: 0, failed: 0 };
for (const stage of stages) {
  const chosen = stage.filter(({ name }) => only.length === 0 || only.includes(name));
  const printed = takeTurns(chosen.length);
  const problems = await Promise.all(chosen.map((suite, turn) => runSuite(suite, printed[turn] as Printer)));
  if (problems.every((problem) => problem === undefined)) continue;
  for (const problem of problems) if (problem !== undefined) console.error(`\n${problem}`);
  console.log(`${total.passed} passed, ${Math.max(total.failed, 1)} failed`);
  process.exit(1);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/** What went wrong; undefined where nothing did. */
async function runSuite({ name, command, counts }: Suite, print: Printer): Promise<string | undefined> {
  const started = Date.now();
  print.out(`\n── ${name} ──\n`);
  const { exitCode, output } = await run(command, print);
  const counted = counts?.(output);
  total.passed += counted?.passed ?? 0;
  total.failed += counted?.failed ?? 0;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  print.out(`── ${name}: ${counted ? `${counted.passed} passed, ` : ""}${seconds} s\n`);
  print.end();
  if (exitCode !== 0) return `${name}: exited with ${exitCode}`;
  if (counted === undefined) return undefined;
  if (counted.failed > 0) return `${name}: ${counted.failed} failed`;
  return counted.passed === 0 ? `${name}: ran no test` : undefined;
}

/** Printers of suites that run at once: the first prints as it goes, each other when the one before it has ended. */
function takeTurns(count: number): Printer[] {
  const held = Array.from({ length: count }, () => [] as (() => void)[]);
  const ended = new Set<number>();
  let current = 0;
  const print = (turn: number, write: () => void) =>
    void (turn === current ? write() : held[turn]?.push(write));
  return held.map((_, turn) => ({
    out: (text) => print(turn, () => process.stdout.write(text)),
    err: (text) => print(turn, () => process.stderr.write(text)),
    end: () => {
      ended.add(turn);
      while (ended.has(current)) for (const write of held[++current]?.splice(0) ?? []) write();
    },
  }));
}

/** Runs a program of node_modules/.bin (on npm's PATH), shows what it prints and keeps it. */
function run([program, ...args]: string[], print: Printer): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program as string, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      print.out(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => print.err(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
