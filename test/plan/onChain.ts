/** Plans carried out on a chain in this process, as a project would: read, plan, apply, wait, again. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { type Abi, type Address, encodeDeployData, encodeFunctionData, getAddress } from "viem";
import { type RenderOptions, renderPolicy } from "../../src/import/renderPolicy.ts";
import { openApplyJournal } from "../../src/plan/applyJournal.ts";
import { applyPlan, describeDrift, type PlanOptions, planChanges } from "../../src/plan/index.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { createStepExecutor } from "../../src/plugin/operate/carryStep.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { rehearsePlan } from "../../src/plugin/operate/rehearsePlan.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { compilePolicy, loadPolicy } from "../../src/policy/index.ts";
import type { Snapshot } from "../../src/snapshot/types.ts";
import { passTime, projectOf } from "../operations/environment.ts";
import { type Chain, developmentAccount } from "../safe/localSafe.ts";
import type { Artifact } from "../snapshot/peers.ts";

const deployer = developmentAccount(0).address;

export async function deploy(
  chain: Chain,
  { abi, bytecode }: Artifact,
  args: readonly unknown[] = [],
): Promise<Address> {
  const data = encodeDeployData({ abi, bytecode, args } as Parameters<typeof encodeDeployData>[0]);
  const hash = await chain.client.sendTransaction({ account: deployer, data });
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("not deployed");
  return getAddress(contractAddress);
}

export async function send(
  chain: Chain,
  to: Address,
  { abi }: { abi: Abi },
  functionName: string,
  args: readonly unknown[],
  from: Address = deployer,
): Promise<void> {
  const data = encodeFunctionData({ abi, functionName, args: args as never });
  const hash = await chain.client.sendTransaction({ account: from, to, data });
  const { status } = await chain.client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`reverted: ${functionName}`);
}

/** Rendered, written to a file, loaded and compiled: what a team gets from an import. */
export async function importAndCompile(
  snapshot: Snapshot,
  options: RenderOptions,
  folder: string,
): Promise<{ text: string; desired: Desired }> {
  const from = pathToFileURL(join(import.meta.dirname, "../../src/policy/index.ts")).href;
  const text = renderPolicy(snapshot, { ...options, from });
  const path = join(folder, `imported-${snapshot.block.number}.ts`);
  await writeFile(path, text);
  const desired = compilePolicy(await loadPolicy(path), { network: options.network, chainId: 31337 });
  return { text, desired };
}

export function expectNothingToDo(desired: Desired, snapshot: Snapshot): void {
  expect(describeDrift(desired, snapshot)).to.deep.equal([]);
  expect(planChanges(desired, snapshot, { now: snapshot.block.timestamp })).to.deep.include({
    steps: [],
    findings: [],
  });
}

/**
 * Applies until nothing is left, letting time pass as the reports say.
 * @returns titles of what was executed, in order
 */
export async function reach(
  chain: Chain,
  desired: Desired,
  read: () => Promise<Snapshot>,
  { accounts = 5, ...options }: Omit<PlanOptions, "now"> & { accounts?: number } = {},
): Promise<string[]> {
  const files = openMemoryFiles();
  const keys = Array.from({ length: accounts }, (_, i) => developmentAccount(i));
  const project = projectOf(chain, keys, desired, files);
  const done: string[] = [];
  for (let run = 0; run < 16; run++) {
    const snapshot = await read();
    const now = snapshot.block.timestamp;
    const plan = planChanges(desired, snapshot, { ...options, now });
    expect(plan.findings).to.deep.equal([]);
    if (plan.steps.length === 0) return done;
    const operations = await openOperations(project, snapshot);
    const rehearsals = await rehearsePlan(operations, plan, { now });
    const agreed = new Map(rehearsals.map((rehearsal) => [rehearsal.step.id, rehearsal]));
    const executor = createStepExecutor(operations, { now, agreed });
    const report = await applyPlan(plan, executor, openApplyJournal(files), { now });
    expect([report.elsewhere, report.refused]).to.deep.equal([[], []]);
    done.push(...report.executed.flatMap(({ step }) => step.titles));
    const back = report.comeBackAt ?? now;
    if (back > now) await passTime(chain, Number(back - now));
  }
  throw new Error(`not reached after ${done.join("\n")}`);
}
