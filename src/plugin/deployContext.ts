/** A project, as the deployment takes it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ArtifactResolver } from "@nomicfoundation/ignition-core";
import type { DeployContext } from "../deploy/types.ts";
import { formatCalls } from "../operations/format.ts";
import { openApplyJournal } from "../plan/applyJournal.ts";
import { applyPlan } from "../plan/applyPlan.ts";
import { createStepExecutor } from "./operate/carryStep.ts";
import { foreseeSteps } from "./operate/foreseeSteps.ts";
import { openOperations } from "./operate/open.ts";
import { rehearsePlan } from "./operate/rehearsePlan.ts";
import type { Project } from "./project.ts";
import { stopped } from "./stopped.ts";

/** @param agree asked before owners of a Safe sign; where it is absent, what they sign is reported and signed */
export function createDeployContext(
  project: Project,
  report: (line: string) => void,
  agree: (question: string) => Promise<boolean> = async () => true,
): DeployContext {
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
    ...(project.bundler === undefined ? {} : { bundler: project.bundler }),
    carry: async (desired, plan, snapshot) => {
      const now = snapshot.block.timestamp;
      const operations = await openOperations({ ...project, desired, book: desired.book }, snapshot);
      const journal = openApplyJournal(project.files);
      const rehearsed = await rehearsePlan(operations, plan, { now });
      const rehearsals = await foreseeSteps(operations, rehearsed, journal, now);
      // Owners compare what their devices show with what stands here: nothing else is signed.
      const shown = rehearsals.flatMap(({ step, safeTransaction, text }) =>
        safeTransaction ? [`${step.title}\n${formatCalls(step.calls, operations.book)}\n${text}`] : [],
      );
      for (const text of shown) report(text);
      if (shown.length > 0 && !(await agree(`${shown.join("\n\n")}\n\nSign and accept?`))) stopped();
      const agreed = new Map(rehearsals.map((rehearsal) => [rehearsal.step.id, rehearsal]));
      return applyPlan(plan, createStepExecutor(operations, { now, agreed }), journal, {
        now,
        progress: ({ title, route }) => report(`accept: ${title} (${route.kind})`),
      });
    },
    report,
    ...(embedded ? { passTime: (until) => passTime(project, until) } : {}),
    ...(embedded ? {} : { ignition: join(root, directory, "ignition") }),
  };
}

/** The embedded chain is this process's own: nobody else's clock is moved. */
async function passTime({ connection }: Project, until: bigint): Promise<void> {
  await connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [Number(until)] });
  await connection.provider.request({ method: "evm_mine" });
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
