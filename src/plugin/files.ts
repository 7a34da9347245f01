/** Small files of one folder, written so that a reader never sees half of one. In memory for the embedded chain. */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface ProjectFiles {
  /** Undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Returns when the content would survive a power cut: written aside, fsynced, renamed, folder fsynced. */
  write(path: string, content: string): Promise<void>;
  /** File names in a folder, sorted; empty where there is none. */
  list(folder: string): Promise<readonly string[]>;
  remove(path: string): Promise<void>;
}

export function openDiskFiles(root: string): ProjectFiles {
  return {
    read: async (path) => {
      try {
        return await readFile(join(root, path), "utf8");
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    write: async (path, content) => {
      const file = join(root, path);
      const aside = `${file}.${process.pid}.tmp`;
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(aside, "w");
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(aside, file);
      await syncFolder(dirname(file));
    },
    list: async (folder) => {
      try {
        return (await readdir(join(root, folder))).filter((name) => !name.endsWith(".tmp")).toSorted();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    remove: async (path) => rm(join(root, path), { force: true }),
  };
}

export function openMemoryFiles(): ProjectFiles {
  const contents = new Map<string, string>();
  return {
    read: async (path) => contents.get(path),
    write: async (path, content) => {
      contents.set(path, content);
    },
    list: async (folder) =>
      [...contents.keys()]
        .filter((path) => dirname(path) === folder)
        .map((path) => path.slice(folder.length + 1))
        .toSorted(),
    remove: async (path) => {
      contents.delete(path);
    },
  };
}

/** A rename is only durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
