/** Tasks as the command line runs them, in this process and on a chain in it: what they print, and their exit code. */
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import config from "../../hardhat.config.ts";

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** What was thrown: Hardhat prints its message and exits with 1. */
  error?: Error;
}

export const NETWORK = "hardhat";

/** A chain of its own, that ends with the process. */
export function openHardhat(): Promise<HardhatRuntimeEnvironment> {
  const networks = { ...config.networks, [NETWORK]: { type: "edr-simulated" as const } };
  return createHardhatRuntimeEnvironment({ ...config, networks }, { network: NETWORK }, process.cwd());
}

export async function runTask(
  hre: HardhatRuntimeEnvironment,
  id: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<Ran> {
  const { stdout, stderr } = process;
  const written = { stdout: "", stderr: "" };
  const own = { stdout: stdout.write, stderr: stderr.write };
  const before = { exitCode: process.exitCode, isTTY: stderr.isTTY };
  stderr.isTTY = false;
  process.exitCode = 0;
  stdout.write = ((chunk: string) => {
    written.stdout += chunk;
    return true;
  }) as typeof stdout.write;
  stderr.write = ((chunk: string) => {
    written.stderr += chunk;
    return true;
  }) as typeof stderr.write;
  try {
    await hre.tasks.getTask(id.split(" ")).run({ ...args });
    return { ...written, exitCode: Number(process.exitCode ?? 0) };
  } catch (error) {
    return { ...written, exitCode: 1, error: error as Error };
  } finally {
    stdout.write = own.stdout;
    stderr.write = own.stderr;
    process.exitCode = before.exitCode;
    stderr.isTTY = before.isTTY;
  }
}
