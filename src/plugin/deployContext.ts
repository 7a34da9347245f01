/** A project, as the deployment takes it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ArtifactResolver } from "@nomicfoundation/ignition-core";
import type { DeployContext } from "../deploy/types.ts";
import type { Project } from "./project.ts";

export function createDeployContext(project: Project, report: (line: string) => void): DeployContext {
  const { hre, embedded, directory } = project;
  const root = hre.config.paths.root;
  return {
    network: project.network,
    chainId: project.chainId,
    embedded,
    client: project.client,
    rpc: project.rpc,
    sender: project.sender,
    signers: project.signers,
    policy: project.policy,
    compile: project.compile,
    files: project.files,
    artifacts: createArtifactResolver(project),
    commit: () => readCommit(root),
    poll: project.poll,
    report,
    ...(embedded ? {} : { ignition: join(root, directory, "ignition") }),
  };
}

function createArtifactResolver({ hre }: Project): ArtifactResolver {
  return {
    loadArtifact: async (name) => (await hre.artifacts.readArtifact(name)) as never,
    getBuildInfo: async (name) => {
      const id = await hre.artifacts.getBuildInfoId(name);
      const path = id === undefined ? undefined : await hre.artifacts.getBuildInfoPath(id);
      if (path === undefined) return undefined;
      const { readFile } = await import("node:fs/promises");
      return JSON.parse(await readFile(path, "utf8"));
    },
  };
}

/** Of the project's own repository; null where there is none. */
async function readCommit(root: string): Promise<{ commit: string | null; dirty: boolean }> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", args, { cwd: root })).stdout.trim();
  try {
    return { commit: await git("rev-parse", "HEAD"), dirty: (await git("status", "--porcelain")) !== "" };
  } catch {
    return { commit: null, dirty: false };
  }
}
