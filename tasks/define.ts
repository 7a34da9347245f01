/**
 * One way to write a task. A task file describes nothing and knows no terminal: it returns what it found; this wrapper
 * prints it as text or as JSON, turns our errors into one line, and sets the exit code.
 */
import { task } from "hardhat/config";
import { HardhatPluginError } from "hardhat/plugins";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskDefinition } from "hardhat/types/tasks";
import { PortcullisError } from "../src/errors.ts";
import { explainFault } from "../src/explainFault.ts";
import { toJson } from "../src/json.ts";
import { completeCommands, completeHint, type Typed, writeCommand } from "./commandLine.ts";
import { findKnownTask } from "./knownTasks.ts";

export { stopped } from "../src/plugin/stopped.ts";

/** 0: fine. 2: drift or findings. (1 is an error, which is thrown.) */
export interface TaskResult {
  /** What `--json` prints; bigints become decimal strings. */
  data: unknown;
  /** What a person reads. */
  text: string;
  exitCode?: 0 | 2;
}

export interface TaskContext {
  hre: HardhatRuntimeEnvironment;
  json: boolean;
  /** Progress for a person: on a terminal only, and always on stderr. */
  progress(line: string): void;
  /** The command that was typed, to be typed again. */
  again: string;
  /** The commands of a text, with the network and the policy that were typed. */
  command(text: string): string;
  /** Asks a question; true at once under `--yes`; refuses where nobody can answer. */
  confirm(question: string): Promise<boolean>;
}

// biome-ignore lint/suspicious/noExplicitAny: Hardhat's argument types are only known to its builder
export type TaskAction<A = any> = (args: A, context: TaskContext) => Promise<TaskResult>;

export interface TaskSpec {
  id: string | string[];
  description: string;
  positional?: readonly { name: string; description: string; optional?: true; variadic?: true }[];
  /** `flag` for booleans; all others are strings, empty when not given. */
  options?: readonly { name: string; description: string; flag?: true }[];
  /** Adds `--dry-run` and `--yes`. */
  writes?: true;
  action: () => Promise<{ default: TaskAction }>;
}

export function defineTask(spec: TaskSpec): NewTaskDefinition {
  // The builder's type grows with each option; ours is erased at once, since options come from data.
  let builder = task(spec.id, spec.description) as ReturnType<typeof task>;
  for (const p of spec.positional ?? []) {
    if (p.variadic) builder = builder.addVariadicArgument({ ...p, defaultValue: [] }) as typeof builder;
    else
      builder = builder.addPositionalArgument({
        name: p.name,
        description: p.description,
        ...(p.optional ? { defaultValue: "" } : {}),
      }) as typeof builder;
  }
  const write = spec.writes
    ? [
        { name: "dryRun", description: "Only show what would be done", flag: true as const },
        { name: "yes", description: "Go on without asking", flag: true as const },
      ]
    : [];
  const json = { name: "json", description: "Print JSON only", flag: true as const };
  for (const option of [...(spec.options ?? []), ...write, json]) {
    builder = (
      "flag" in option && option.flag
        ? builder.addFlag({ name: option.name, description: option.description })
        : builder.addOption({
            name: option.name,
            description: option.description,
            type: ArgumentType.STRING,
            defaultValue: "",
          })
    ) as typeof builder;
  }
  return builder
    .setAction(async () => {
      const { default: action } = await spec.action();
      return {
        default: (args: Record<string, unknown>, hre: HardhatRuntimeEnvironment) =>
          run(action, [spec.id].flat(), args, hre),
      };
    })
    .build() as NewTaskDefinition;
}

async function run(
  action: TaskAction,
  id: readonly string[],
  args: Record<string, unknown>,
  hre: HardhatRuntimeEnvironment,
): Promise<unknown> {
  const json = args.json === true;
  const find = findKnownTask(hre);
  const { network } = hre.globalOptions;
  const typed: Typed = {
    task: find(id) ?? { id, positional: [], options: [], ours: true },
    args,
    ...(network === undefined ? {} : { network }),
  };
  // Only JSON on stdout: what anything else prints there (a build, a library) goes to stderr.
  const print = json ? divertStdout() : (text: string) => process.stdout.write(text);
  try {
    const result = await action(args, {
      hre,
      json,
      progress: (line) => {
        if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
      },
      again: writeCommand({ ...typed, args: { ...args, dryRun: false } }),
      command: (text) => completeCommands(text, typed, find),
      confirm: (question) => confirm(question, args.yes === true),
    });
    print(json ? `${toJson(result.data)}\n` : `${result.text}\n`);
    if (result.exitCode !== undefined) process.exitCode = result.exitCode;
    return result.data;
  } catch (thrown) {
    const error = explainFault(thrown);
    if (error === undefined && !json) throw thrown;
    const { code, message, details, hint } = error?.toJSON() ?? unforeseen(thrown);
    const next = completeHint(hint, details, typed, find);
    if (!json) throw new HardhatPluginError("portcullis", `${message}\n  → ${next}`, error);
    const answer = { error: { code, message, details, hint: next } };
    print(`${toJson(answer)}\n`);
    process.exitCode = 1;
    return answer;
  }
}

/** A fault of Hardhat's own (a contract that does not compile), or a bug: scripts get an answer all the same. */
function unforeseen(thrown: unknown): ReturnType<PortcullisError["toJSON"]> {
  const [message = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n");
  return {
    code: /^HHE\d+/.exec(message)?.[0] ?? "UNEXPECTED",
    message,
    details: {},
    hint: "run the same command again without --json: it says where this comes from",
  };
}

/** Returns the one way that is left to stdout; what is printed last is printed once. */
function divertStdout(): (text: string) => void {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return (text) => {
    stdout.write = write;
    write(text);
  };
}

async function confirm(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    const shown = question.split("\n");
    const asked = shown.pop() ?? "";
    if (shown.length > 0) process.stderr.write(`${shown.join("\n")}\n`);
    throw new PortcullisError("CONFIRMATION_REQUIRED", `Nobody can answer here: ${asked}`, {
      hint: "read what is above, then add --yes",
    });
  }
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
