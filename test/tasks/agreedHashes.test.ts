/** What a person agrees to holds the very hashes that are signed, and what changed since then is not signed. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Hash, toEventSelector } from "viem";
import { readTransactionBuilder } from "../../src/safe/transactionBuilder.ts";
import type { TaskAction, TaskContext } from "../../tasks/define.ts";
import { refusesWith } from "../refusedWith.ts";
import { openHardhat, runTask } from "./inProcess.ts";

const DAY = 86_400;
const executed = toEventSelector("ExecutionSuccess(bytes32,uint256)");

describe("hashes that a person agrees to", function () {
  this.timeout(240_000);
  let hre: HardhatRuntimeEnvironment;
  let asked: string[] = [];
  const address: Record<string, string> = {};

  const request = async <T>(method: string, ...params: unknown[]) =>
    (await hre.network.getOrCreate()).provider.request({ method, params }) as Promise<T>;
  const passTime = async (seconds: number) => {
    await request("evm_increaseTime", seconds);
    await request("evm_mine");
  };
  const options = {
    ...{ policy: "", simulator: "", service: "", safeNonce: "", dryRun: false, acceptChangedEffects: false },
    ...{ plan: "", deadline: "", resume: "", export: "", timelock: "", constructorArgs: "", reason: "r" },
    ...{ as: "", title: "", call: "", acceptChangedPolicy: false },
  };
  /** Runs a task as its wrapper does; `meanwhile` happens while the person reads. */
  const run = async (name: string, args: object, meanwhile = async () => {}) => {
    asked = [];
    const { default: action } = (await import(`../../tasks/${name}.ts`)) as { default: TaskAction };
    const context = {
      ...{ hre, json: true, again: "", command: (text: string) => text, progress: () => {} },
      confirm: async (question: string) => {
        asked.push(question);
        await meanwhile();
        return true;
      },
    } satisfies TaskContext;
    return (await action({ ...options, ...args }, context)).data as Record<string, unknown>;
  };
  /** Hashes of what Safes have executed from a block on. */
  const executedSince = async (fromBlock: string) => {
    const logs = await request<{ topics: Hash[] }[]>("eth_getLogs", { fromBlock, topics: [executed] });
    return logs.map(({ topics }) => topics[1] as Hash);
  };
  const signs = async (name: string, args: object) => {
    const from = `0x${(Number(await request("eth_blockNumber")) + 1).toString(16)}`;
    const data = await run(name, args);
    const hashes = await executedSince(from);
    expect(hashes, `${name}: a Safe acts`).not.to.have.length(0);
    for (const hash of hashes) expect(asked.at(-1), name).to.include(hash);
    return data;
  };
  const propose = (title: string, ether: number) => ({
    ...{ title, as: "council", call: `vault.setLimit(${ether} ether)` },
  });
  const council = async () =>
    Number(await request("eth_call", { to: address.council, data: "0xaffed0e0" }, "latest"));

  before(async () => {
    hre = await openHardhat();
    const { stdout } = await runTask(hre, "deploy", { json: true });
    for (const contract of JSON.parse(stdout).manifest.contracts) address[contract.name] = contract.address;
  });

  it("behavior: propose: the same hash in a dry run's JSON, in what is agreed to, and on the chain", async () => {
    const dry = await run("timelock/propose", { ...propose("First", 11), dryRun: true });
    const data = await signs("timelock/propose", propose("First", 11));
    const foreseen = data.safeTransaction as unknown as {
      safeTxHash: Hash;
      domainHash: Hash;
      messageHash: Hash;
    };
    for (const hash of [foreseen.domainHash, foreseen.messageHash, foreseen.safeTxHash])
      expect(asked[0]).to.include(hash);
    // a later block, a later deadline: another salt
    expect(dry.safeTransaction).to.include({ safe: address.council, domainHash: foreseen.domainHash });
  });

  it("behavior: cancel, execute, pause and unpause", async () => {
    await signs("timelock/cancel", { id: "First", as: "guardians" });
    await run("timelock/propose", propose("Second", 12));
    await passTime(2 * DAY + 1);
    await signs("timelock/execute", { id: "Second", as: "council" });
    await signs("pause", { contract: "vault", as: "guardians" });
    await signs("unpause", { contract: "vault", as: "council" });
    await passTime(DAY + 1);
    await signs("unpause", { contract: "vault", as: "council" });
  });

  it("behavior: upgrade propose, when the code is there and its effects are known", async () => {
    const upgrade = { contract: "vault", to: "VaultV2", as: "council" };
    const file = join(mkdtempSync(join(tmpdir(), "portcullis-")), "batch.json");
    expect(await run("upgrade/propose", { ...upgrade, title: "By the app", export: file })).to.include({
      exported: file,
    });
    expect(asked, "the code is deployed, nothing is proposed").to.have.length(1);
    const [call] = readTransactionBuilder(JSON.parse(readFileSync(file, "utf8")), 31337);
    expect(call?.to.toLowerCase()).to.equal(address.timelock?.toLowerCase());
    const back = run("timelock/propose", { plan: file, title: "t", as: "council" });
    await refusesWith(back, "ALREADY_SCHEDULING");

    await signs("upgrade/propose", upgrade);
    expect(asked).to.have.length(2);
  });

  it("behavior: grant and revoke, and a plan of several steps by one Safe, whose nonces follow each other", async () => {
    const grant = { for: "", until: "2028-01-01", delay: "", temporary: true };
    await signs("roles/grant", { role: "pauser", principal: "alice", ...grant });
    await passTime(2 * DAY + 1);
    await signs("roles/grant", { role: "pauser", principal: "alice", ...grant });
    await signs("roles/revoke", { role: "pauser", principal: "watcher" });
    const dry = await run("roles/apply", { dryRun: true });
    const first = Object.values(dry.safeTransactions as Record<string, { transaction: { nonce: bigint } }>);
    const nonces = first.map(({ transaction }) => Number(transaction.nonce));
    expect(nonces).to.have.length(2);
    expect(nonces).to.deep.equal(nonces.map((_, i) => (nonces[0] ?? 0) + i));
    await signs("roles/apply", {});
  });

  const attacks: readonly [string, object][] = [
    ["timelock/propose", propose("Attacked", 21)],
    ["timelock/cancel", { id: "Waiting", as: "council" }],
    ["unpause", { contract: "vault", as: "council" }],
    ["roles/grant", { role: "pauser", principal: "dave", for: "2h", until: "", delay: "", temporary: true }],
  ];
  for (const [index, [name, args]] of attacks.entries()) {
    it(`error: ${name}: the Safe's nonce moved while it was read: nothing is signed`, async () => {
      if (index === 0) {
        await runTask(hre, "timelock propose", { ...propose("Waiting", 20), reason: "r", yes: true });
        await runTask(hre, "pause", { contract: "vault", as: "guardians", yes: true });
      }
      const other = { ...propose(`Meanwhile ${index}`, 30 + index), reason: "r", yes: true, json: true };
      const before = await council();
      const attempt = run(name, args, async () => {
        expect((await runTask(hre, "timelock propose", other)).exitCode).to.equal(0);
      });
      const error = await refusesWith(attempt, "SAFE_TRANSACTION_CHANGED");
      expect(error.message).to.match(/nonce was \d+ and is now \d+/);
      expect(await council()).to.equal(before + 1);
    });
  }
});
