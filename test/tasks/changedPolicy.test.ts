/** A policy that changes while operations wait: they are listed and marked, and go on only where a person says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openHardhat, runTask } from "./inProcess.ts";

const DAY = 86_400;

describe("a policy that changed while operations wait", function () {
  this.timeout(180_000);
  let hre: HardhatRuntimeEnvironment;
  let folder: string;
  let changed: string;

  const request = async (method: string, ...params: unknown[]) =>
    (await hre.network.getOrCreate()).provider.request({ method, params });
  const passTime = async (seconds: number) => {
    await request("evm_increaseTime", seconds);
    await request("evm_mine");
  };
  const json = async (task: string, args: Record<string, unknown>, exitCode = 0) => {
    const run = await runTask(hre, task, { ...args, json: true });
    expect(run.exitCode, `${run.stdout}${run.error?.stack ?? ""}`).to.equal(exitCode);
    return JSON.parse(run.stdout);
  };
  const propose = async (title: string, call: string, policy = "") =>
    (await json("timelock propose", { call, title, reason: "r", as: "council", yes: true, policy }))
      .id as string;
  const marks = async (policy: string) => {
    const { operations } = (await json("timelock list", { policy })) as {
      operations: { title: string; policyChanged: boolean }[];
    };
    return Object.fromEntries(operations.map(({ title, policyChanged }) => [title, policyChanged]));
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "portcullis-policy-"));
    const path = join(folder, "changed.mts");
    const example = pathToFileURL(join(process.cwd(), "deploy/policies/example.ts")).href;
    const grant = '{ guardians: {}, watcher: { until: "2028-05-31" } }';
    writeFileSync(
      path,
      `import example from ${JSON.stringify(example)};\n` +
        `const { pauser } = example.roles;\n` +
        `export default { ...example, roles: { ...example.roles, pauser: { ...pauser, grants: ${grant} } } };\n`,
    );
    changed = relative(process.cwd(), path);
    hre = await openHardhat();
    await json("deploy", {});
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("error: execute names every operation of another policy and no other; list marks them", async () => {
    const [first, second] = [
      await propose("First", "vault.setLimit(11 ether)"),
      await propose("Second", "vault.setLimit(12 ether)"),
    ];
    const third = await propose("Third", "vault.setLimit(13 ether)", changed);
    expect(await marks(changed)).to.deep.equal({ First: true, Second: true, Third: false });
    expect(await marks("")).to.deep.equal({ First: false, Second: false, Third: true });
    const { stdout } = await runTask(hre, "timelock list", { policy: changed });
    expect(stdout.match(/the policy has changed since/g)).to.have.length(2);

    await passTime(2 * DAY + 1);
    const run = { id: "First", as: "council", yes: true, policy: changed };
    const { error } = await json("timelock execute", run, 1);
    expect(error.code).to.equal("POLICY_CHANGED");
    expect([...error.details.ids].sort()).to.deep.equal([first, second].sort());
    expect(error.message).to.include("(First)").and.include("(Second)");
    expect(error.message).not.to.include(third.slice(0, 10));
    expect(error.hint).to.include("--accept-changed-policy");
    expect(await marks(changed)).to.have.property("First");
    expect((await json("timelock execute", { ...run, acceptChangedPolicy: true })).status).to.equal("done");
    expect((await json("timelock execute", { ...run, id: "Third" })).status).to.equal("done");
  });

  it("error: unpause that was scheduled under another policy waits for that word too", async () => {
    expect((await json("pause", { contract: "vault", yes: true })).status).to.equal("done");
    const unpause = { contract: "vault", as: "council", yes: true };
    expect((await json("unpause", unpause)).status).to.equal("waiting");
    await passTime(DAY + 1);
    const { error } = await json("unpause", { ...unpause, policy: changed }, 1);
    expect([error.code, error.message]).to.satisfy(
      ([code, message]: string[]) => code === "POLICY_CHANGED" && message?.includes("(Unpause vault)"),
    );
    const done = await json("unpause", { ...unpause, policy: changed, acceptChangedPolicy: true });
    expect(done.status).to.equal("done");
  });
});
