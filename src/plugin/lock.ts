/** One process at a time works on a deployment: two would sign two intents for one nonce. */
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { PortcullisError } from "../errors.ts";

/** A killed process leaves its lock behind; it is taken over once no process has that id. Throws `DEPLOYMENT_BUSY`. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, ".lock");
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      return async () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const holder = Number((await readFile(file, "utf8").catch(() => "")).trim());
      if (holder !== process.pid && isRunning(holder)) throw busy(folder, holder, file);
      await rm(file, { force: true });
    }
  }
  throw busy(folder, Number.NaN, file);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function busy(folder: string, pid: number, file: string): PortcullisError {
  return new PortcullisError("DEPLOYMENT_BUSY", `Process ${pid} is working on ${folder}`, {
    hint: `wait for it to end; if no such process runs here, remove ${file}`,
    details: { pid, folder },
  });
}
