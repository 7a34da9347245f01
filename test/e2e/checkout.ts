/** A copy of this project to run commands in as its user would, so that a test never touches `deployments/`. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Checkout {
  directory: string;
  /** Runs a shell line with the project's own binaries first on the PATH. */
  shell(line: string): Promise<CommandResult>;
  /** Runs `hardhat …` and expects `exitCode` (0 unless told). */
  hardhat(args: readonly string[], exitCode?: number): Promise<CommandResult>;
  remove(): void;
}

/** @param localhostPort where the copy's `localhost` network listens */
export function createCheckout(localhostPort: number): Checkout {
  const root = process.cwd();
  const directory = mkdtempSync(join(tmpdir(), "portcullis-e2e-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" });
  for (const file of files.split("\n").filter((name) => name !== "" && existsSync(name))) {
    cpSync(file, join(directory, file), { recursive: true });
  }
  for (const built of ["artifacts", "cache", "types"]) {
    if (existsSync(built)) cpSync(built, join(directory, built), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  const config = join(directory, "hardhat.config.ts");
  writeFileSync(config, readFileSync(config, "utf8").replaceAll(":8545", `:${localhostPort}`));

  const run = (command: string, args: readonly string[], shell: boolean): Promise<CommandResult> =>
    new Promise((resolve, reject) => {
      const path = `${join(root, "node_modules/.bin")}:${dirname(process.execPath)}:${process.env.PATH}`;
      const child = spawn(command, args, {
        cwd: directory,
        shell,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, PATH: path, HH_TEST: undefined, NODE_ENV: undefined, NODE_OPTIONS: undefined },
      });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk;
      });
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk;
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
    });

  return {
    directory,
    shell: (line) => run(line, [], true),
    hardhat: async (args, exitCode = 0) => {
      const result = await run("hardhat", args, false);
      if (result.exitCode !== exitCode) {
        throw new Error(
          `hardhat ${args.join(" ")} exited with ${result.exitCode}, expected ${exitCode}\n${result.stdout}\n${result.stderr}`,
        );
      }
      return result;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
