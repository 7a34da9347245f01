/** The operation files of one network. */
import type { Hash } from "viem";
import { PortcullisError } from "../../errors.ts";
import { nearestName } from "../../policy/text/nearest.ts";
import { type OperationFile, readOperationFile, writeOperationFile } from "./operationFile.ts";

/** As much of a folder as is needed; writing is atomic and durable. */
export interface Folder {
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
}

export interface OperationStore {
  get(id: Hash): Promise<OperationFile | undefined>;
  put(file: OperationFile): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly OperationFile[]>;
}

const folder = "operations";

/** @throws PortcullisError OPERATION_FILE_INVALID from all that read */
export function openOperationStore(files: Folder): OperationStore {
  const get = async (id: Hash) => {
    const path = `${folder}/${id}.json`;
    const text = await files.read(path);
    if (text === undefined) return undefined;
    const file = readOperationFile(text, path);
    if (file.id === id) return file;
    throw new PortcullisError("OPERATION_FILE_INVALID", `${path} holds the operation ${file.id}`, {
      hint: "restore the file from version control, or from another guardian's copy",
      details: { path, id: file.id },
    });
  };
  return {
    get,
    put: (file) => files.write(`${folder}/${file.id}.json`, writeOperationFile(file)),
    list: async () => {
      const names = (await files.list(folder)).filter((name) => /^0x[0-9a-f]{64}\.json$/.test(name));
      const found = await Promise.all(names.map((name) => get(name.slice(0, -5) as Hash)));
      return found
        .filter((file) => file !== undefined)
        .sort((a, b) =>
          a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1,
        );
    },
  };
}

/**
 * The id that was meant: in full, by its first digits (four or more), or by title.
 *
 * @throws PortcullisError OPERATION_UNKNOWN, OPERATION_AMBIGUOUS
 */
export function findOperationId(written: string, known: readonly { id: Hash; title?: string }[]): Hash {
  const wanted = written.trim().toLowerCase();
  const exact = known.find(({ id }) => id === wanted);
  if (exact) return exact.id;
  if (/^0x[0-9a-f]{64}$/.test(wanted) && known.length === 0) throw unknown(written, known);
  const begins = /^0x[0-9a-f]{4,}$/.test(wanted) ? known.filter(({ id }) => id.startsWith(wanted)) : [];
  const titled = known.filter(({ title }) => title?.toLowerCase() === wanted);
  const found = begins.length > 0 ? begins : titled;
  const [only] = found;
  if (only && found.length === 1) return only.id;
  if (found.length === 0) throw unknown(written, known);
  throw new PortcullisError(
    "OPERATION_AMBIGUOUS",
    `${found.length} operations are meant by ${JSON.stringify(written)}`,
    {
      hint: `give more of the id: ${found.map(({ id }) => id.slice(0, 14)).join(", ")}`,
      details: { ids: found.map(({ id }) => id) },
    },
  );
}

function unknown(written: string, known: readonly { id: Hash; title?: string }[]): PortcullisError {
  const near = nearestName(written, [
    ...known.map(({ id }) => id),
    ...known.flatMap(({ title }) => title ?? []),
  ]);
  return new PortcullisError("OPERATION_UNKNOWN", `There is no operation ${written}`, {
    hint: near ? `did you mean ${near}?` : "npx hardhat timelock list",
    details: { id: written, written, nearest: near },
  });
}
