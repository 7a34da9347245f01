/** The guardians' file on disk, relative to the project. */
import { basename, dirname, resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { PortcullisError } from "../../errors.ts";
import { openDiskFiles } from "../files.ts";

/** @throws PortcullisError APPROVAL_FILE_MISSING */
export async function openApprovalFile(
  { config }: Pick<HardhatRuntimeEnvironment, "config">,
  path: string,
): Promise<{ text: string; write(text: string): Promise<void> }> {
  const file = resolve(config.paths.root, path);
  const files = openDiskFiles(dirname(file));
  const text = path === "" ? undefined : await files.read(basename(file));
  if (text !== undefined) return { text, write: (content) => files.write(basename(file), content) };
  throw new PortcullisError(
    "APPROVAL_FILE_MISSING",
    path === "" ? "Which file?" : `There is no file ${path}`,
    { hint: "npx hardhat recovery approve --file <file>", details: { file: path } },
  );
}
