/** The guardians' file on disk, relative to the project. */
import { basename, dirname, resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type ApprovalFile,
  parseApprovalFile,
  writeApprovalFile,
} from "../../accounts/recovery/approvalFile.ts";
import { PortcullisError } from "../../errors.ts";
import { openDiskFiles } from "../files.ts";

type Place = Pick<HardhatRuntimeEnvironment, "config">;

export interface StoredApproval {
  file: ApprovalFile;
  write(file: ApprovalFile): Promise<void>;
}

/** @throws PortcullisError APPROVAL_FILE_MISSING, and what parsing it throws */
export async function openApprovalFile(hre: Place, path: string): Promise<StoredApproval> {
  const disk = onDisk(hre, path);
  const text = path === "" ? undefined : await disk.read();
  if (text !== undefined)
    return { file: parseApprovalFile(text), write: (file) => disk.write(writeApprovalFile(file)) };
  throw new PortcullisError(
    "APPROVAL_FILE_MISSING",
    path === "" ? "Which file?" : `There is no file ${path}`,
    {
      hint:
        path === ""
          ? "name the one that `npx hardhat recovery propose` wrote, with --file"
          : "npx hardhat recovery propose",
      details: { file: path },
    },
  );
}

/** @throws PortcullisError APPROVAL_FILE_EXISTS: signatures are not written over */
export async function createApprovalFile(hre: Place, path: string): Promise<StoredApproval["write"]> {
  const disk = onDisk(hre, path);
  if ((await disk.read()) === undefined) return (file) => disk.write(writeApprovalFile(file));
  throw new PortcullisError("APPROVAL_FILE_EXISTS", `There is a file ${path} already`, {
    hint: `name another with --file, or remove it; who signed it is told by \`npx hardhat recovery approve --file ${path} --dry-run\``,
    details: { file: path },
  });
}

function onDisk({ config }: Place, path: string) {
  const file = resolve(config.paths.root, path);
  const files = openDiskFiles(dirname(file));
  return {
    read: () => files.read(basename(file)),
    write: (content: string) => files.write(basename(file), content),
  };
}
