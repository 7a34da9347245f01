/** What tasks answer: with --json nothing but JSON on stdout, whatever becomes of it; and where an operation stands. */
import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openHardhat, type Ran, runTask } from "./inProcess.ts";

const DAY = 86_400;

describe("what tasks answer", function () {
  this.timeout(180_000);
  let hre: HardhatRuntimeEnvironment;
  const address: Record<string, string> = {};

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
  const propose = async (title: string, call: string) =>
    (await json("timelock propose", { call, title, reason: "r", as: "council", yes: true })).id as string;
  const refusal = async (task: string, args: Record<string, unknown>) =>
    (await json(task, args, 1)).error as { code: string; message: string; hint: string };

  before(async () => {
    hre = await openHardhat();
    const { manifest } = await json("deploy", {});
    for (const contract of manifest.contracts) address[contract.name] = contract.address;
  });

  // prettier-ignore
  const TASKS: readonly [string, Record<string, unknown>, (0 | 2)?][] = [
    ["deploy", { dryRun: true }],
    ["handoff verify", {}],
    ["handoff verify", { address: "council" }],
    ["pause", { contract: "vault", dryRun: true }],
    ["unpause", { contract: "vault", dryRun: true }],
    ["policy check", {}],
    ["policy show", {}],
    ["roles list", {}],
    ["roles who", { function: "vault.withdraw" }],
    ["roles plan", {}],
    ["roles apply", { dryRun: true }],
    ["roles grant", { role: "pauser", principal: "alice", for: "2h", temporary: true, dryRun: true }],
    ["roles revoke", { role: "pauser", principal: "watcher", dryRun: true }],
    ["roles renew", { role: "pauser", principal: "watcher", until: "2028-01-01", dryRun: true }],
    ["timelock list", { all: true }],
    ["transaction list", { all: true }],
    [
      "timelock propose",
      { call: "vault.setLimit(7 ether)", title: "t", reason: "r", as: "council", dryRun: true },
    ],
    ["upgrade validate", { contract: "vault", to: "VaultV2" }],
    ["upgrade propose", { contract: "vault", to: "VaultV2", reason: "r", dryRun: true }],
  ];
  const isJsonAlone = ({ stdout, stderr }: Ran) => {
    expect(() => JSON.parse(stdout), stdout).not.to.throw();
    expect(stdout).to.match(/^[{[][\s\S]*[}\]]\n$/);
    expect(stderr).not.to.contain("\u001b");
  };

  for (const [task, args, exitCode = 0] of TASKS) {
    it(`behavior: ${task} ${Object.keys(args).join(" ")}: JSON alone, and quiet`, async () => {
      const run = await runTask(hre, task, { ...args, json: true });
      isJsonAlone(run);
      expect([run.exitCode, run.error]).to.deep.equal([exitCode, undefined]);
      expect(run.stderr).to.match(/^(Warning: [^\n]+\n)?$/);
    });
  }

  it("behavior: policy import", async () => {
    const run = await runTask(hre, "policy import", { address: `vault=${address.vault}`, json: true });
    isJsonAlone(run);
    expect(run.stderr).to.equal("");
  });

  describe("where an operation stands", () => {
    it("error: not ready: says when, and the command for then", async () => {
      const id = await propose("Early", "vault.setLimit(11 ether)");
      const { code, message, hint } = await refusal("timelock execute", { id, as: "council", yes: true });
      expect(code).to.equal("OPERATION_NOT_READY");
      expect(message).to.match(/is ready at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, in (2 days|1 day 23 hours)/);
      expect(hint).to.match(/^after .* UTC: npx hardhat timelock execute 0x\w{8} --network hardhat$/);
      const { operations } = await json("timelock list", {});
      expect(operations[0]).to.include({ id, state: "waiting", title: "Early" });
    });

    it("error: executed already, also when shown, cancelled or executed again", async () => {
      await passTime(2 * DAY + 1);
      const run = await json("timelock execute", { id: "early", as: "council", yes: true });
      expect(run.status).to.equal("done");
      expect((await refusal("timelock execute", { id: "Early", yes: true })).code).to.equal("OPERATION_DONE");
      expect((await refusal("timelock cancel", { id: "Early", yes: true })).code).to.equal(
        "NOTHING_TO_CANCEL",
      );
      expect(await json("timelock show", { id: "latest" })).to.include({ state: "done", verified: true });
    });

    it("error: cancelled", async () => {
      const id = await propose("Cancelled", "vault.setLimit(12 ether)");
      await json("timelock cancel", { id, as: "guardians", yes: true });
      const again = await refusal("timelock cancel", { id, as: "guardians", yes: true });
      expect(again.code).to.equal("NOTHING_TO_CANCEL");
      const { code, hint } = await refusal("timelock execute", { id, yes: true });
      expect(code).to.equal("OPERATION_CANCELLED");
      expect(hint).to.contain("`npx hardhat timelock show 0x");
      expect(await json("timelock show", { id })).to.include({ state: "cancelled" });
    });

    it("error: nobody who may not cancel does", async () => {
      await propose("Kept", "vault.setLimit(13 ether)");
      const { code, hint } = await refusal("timelock cancel", { id: "Kept", as: "treasury", yes: true });
      expect(code).to.equal("NOT_CANCELLER");
      expect(hint).to.match(/`npx hardhat timelock cancel Kept --as \w+ --yes --json --network hardhat`/);
    });

    it("error: ether is missing at the time: says whose and how much", async () => {
      await request("hardhat_setBalance", address.timelock, "0x1bc16d674ec80000");
      const id = await propose("Pay", "alice{value: 1.5 ether}");
      await passTime(2 * DAY + 1);
      await request("hardhat_setBalance", address.timelock, "0xde0b6b3a7640000");
      const { code, message, hint } = await refusal("timelock execute", { id, as: "council", yes: true });
      expect(code).to.equal("INSUFFICIENT_BALANCE");
      expect(message).to.equal("timelock has 1 ether and the calls send 1.5: 0.5 is missing");
      expect(hint).to.contain(`send 0.5 ether to ${address.timelock}`);
    });

    it("error: expired", async () => {
      const id = await propose("Late", "vault.setLimit(14 ether)");
      await passTime(17 * DAY);
      const { code, message } = await refusal("timelock execute", { id, as: "council", yes: true });
      expect(code).to.equal("OPERATION_EXPIRED");
      expect(message).to.match(/can no longer be executed: it expired at|its deadline has passed/);
      expect((await json("timelock list", {})).operations).to.deep.equal([]);
      const states = (await json("timelock list", { all: true })).operations as {
        title: string;
        state: string;
      }[];
      expect(Object.fromEntries(states.map(({ title, state }) => [title, state]))).to.include({
        ...{ Early: "done", Cancelled: "cancelled", Late: "expired", Pay: "expired" },
      });
    });
  });
});
