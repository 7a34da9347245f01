/**
 * `npx hardhat deploy` is killed by SIGKILL at chosen moments of chosen transactions, and run again. A sample of the
 * points in a normal run (PORTCULLIS_SEED chooses it), all of them with PORTCULLIS_KILL_POINTS=all.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { findDanglingSends } from "../../src/deploy/ignition/dangling.ts";
import type { Manifest } from "../../src/deploy/manifest.ts";
import { ask, createSandbox, hasAnvil, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";
import { type KillingProxy, type KillPoint, MOMENTS, startKillingProxy } from "./killingProxy.ts";

const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const all = process.env.PORTCULLIS_KILL_POINTS === "all";
const seed = Number(process.env.PORTCULLIS_SEED ?? Date.now() % 100_000);

/** Ignition announced its send, and was killed before it noted the hash: whether the transaction left. */
const DANGLING = [
  { moment: "after the send", words: "was sent, going on", included: true },
  { moment: "before the store", words: "was not sent, starting over", included: false },
] as const;

for (const kind of ["hardhat", "anvil"] as const) {
  describe(`deploy, killed, on ${kind} (seed ${seed})`, function () {
    this.timeout(all ? 7_200_000 : 300_000);
    let node: LocalNode;
    let proxy: KillingProxy;
    let sandbox: Sandbox;
    let start: string;
    /** Of an undisturbed run. */
    let transactions: number;
    let nonces: number;
    /** Which of them the deployment signed and stored; Safe's own were signed by others, long ago. */
    let stored: boolean[];
    let contracts: string[];
    /** A send of Ignition's: which of the transactions, counted from 1, and what it creates. */
    let timelock: { transaction: number; address: string };

    const deploy = () => sandbox.hardhat("deploy", "--network", "localhost");
    const nonce = async () =>
      Number(await ask<string>(node.url, "eth_getTransactionCount", DEPLOYER, "latest"));
    const manifest = () =>
      JSON.parse(readFileSync(join(sandbox.root, "deployments/localhost/manifest.json"), "utf8")) as Manifest;

    before("an undisturbed run", async function () {
      if (kind === "anvil" && !hasAnvil) {
        console.warn("      anvil is absent: it comes with Linux on x64 only");
        this.skip();
      }
      node = await startNode(kind);
      proxy = await startKillingProxy(node.url);
      sandbox = createSandbox(proxy.url);
      start = await ask(node.url, "evm_snapshot");
      const run = await deploy();
      expect(run.code, run.stdout + run.stderr).to.equal(0);
      transactions = proxy.seen();
      nonces = await nonce();
      contracts = manifest().contracts.map((c) => c.address);
      const own = new Set<string>(manifest().transactions.map((t) => t.hash));
      stored = proxy.hashes().map((hash) => own.has(hash));
      const created = manifest().transactions.find((t) => t.label === "deploy Portcullis#timelock");
      timelock = {
        transaction: 1 + proxy.hashes().indexOf(created?.hash ?? ""),
        address: manifest().contracts.find((c) => c.name === "timelock")?.address ?? "",
      };
      expect(timelock.transaction, "the timelock's transaction").to.be.greaterThan(0);
      expect(transactions).to.be.greaterThan(15);
    });

    after(() => {
      node?.stop();
      proxy?.close();
      sandbox?.remove();
    });

    beforeEach(async () => {
      await ask(node.url, "evm_revert", start);
      start = await ask(node.url, "evm_snapshot");
      rmSync(join(sandbox.root, "deployments"), { recursive: true, force: true });
    });

    async function killAndResume(point: KillPoint): Promise<void> {
      proxy.arm(point, () => sandbox.kill());
      const killed = await deploy();
      expect(proxy.fired(), `the run ended before ${point.moment} of ${point.transaction}`).to.equal(true);
      expect(killed.code).to.equal(null);
      // In the preflight nobody is in power yet.
      const begun = existsSync(join(sandbox.root, "deployments/localhost/deploy.json"));

      proxy.arm(undefined, () => {});
      const resumed = await deploy();
      expect(resumed.code, resumed.stdout + resumed.stderr).to.equal(0);
      expect(resumed.stdout).to.include("the deployer has no right left");
      if (begun) expect(resumed.stdout, "a resumed run says who is in power").to.include("ATTENTION");
      expect(await nonce(), "transactions of the deployer").to.equal(nonces);
      expect(manifest().contracts.map((c) => c.address)).to.deep.equal(contracts);
      const sent = manifest().transactions.map((t) => t.nonce);
      expect(new Set(sent).size, "one intent per nonce").to.equal(sent.length);
    }

    /** Transactions with such a moment, counted from 1. */
    const killable = (moment: KillPoint["moment"]) =>
      stored.flatMap((own, i) => (own || moment !== "before the store" ? [i + 1] : []));

    const dangling = () => {
      const journal = readFileSync(
        join(sandbox.root, "deployments/localhost/ignition/journal.jsonl"),
        "utf8",
      );
      return findDanglingSends(journal).map(({ futureId }) => futureId);
    };
    for (const { moment, words, included } of kind === "hardhat" ? DANGLING : []) {
      it(`behavior: Ignition's dangling send ${words}`, async () => {
        proxy.arm({ moment, transaction: timelock.transaction }, () => sandbox.kill());
        await deploy();
        expect(dangling(), "announced, and no hash noted").to.deep.equal(["Portcullis#timelock"]);
        const code = await ask(node.url, "eth_getCode", timelock.address, "latest");
        expect(code !== "0x", "it is on the chain").to.equal(included);

        proxy.arm(undefined, () => {});
        const resumed = await deploy();
        expect(resumed.code, resumed.stdout + resumed.stderr).to.equal(0);
        expect(resumed.stdout).to.include(`Portcullis#timelock: ${words}`);
        expect(dangling()).to.deep.equal([]);
        expect(await nonce()).to.equal(nonces);
        expect(manifest().contracts.map((c) => c.address)).to.deep.equal(contracts);
      });
    }

    const points = all
      ? undefined
      : samplePoints(seed + (kind === "anvil" ? 1 : 0), kind === "anvil" ? 1 : 2);
    for (const [i, sample] of (points ?? []).entries()) {
      it(`behavior: killed ${sample.moment} of a transaction, it completes and sends nothing twice (${i + 1})`, async () => {
        const possible = killable(sample.moment);
        const transaction = possible[sample.transaction % possible.length] ?? 1;
        await killAndResume({ moment: sample.moment, transaction });
      });
    }

    if (all) {
      for (const moment of MOMENTS) {
        it(`behavior: killed ${moment} of every transaction, it completes and sends nothing twice`, async () => {
          // One that fails does not hide the others: this takes an hour.
          const failed: string[] = [];
          for (const [i, transaction] of killable(moment).entries()) {
            if (i > 0) {
              await ask(node.url, "evm_revert", start);
              start = await ask(node.url, "evm_snapshot");
              rmSync(join(sandbox.root, "deployments"), { recursive: true, force: true });
            }
            const point = `${moment} of ${transaction} of ${transactions}`;
            const error = await killAndResume({ moment, transaction }).then(() => undefined, String);
            console.log(`      ${point}: ${error ?? "resumed"}`);
            if (error !== undefined) failed.push(`${point}: ${error}`);
          }
          expect(failed).to.deep.equal([]);
        });
      }
    }

    if (kind === "hardhat")
      it("behavior: a second run finds nothing to do, and the proof holds", async () => {
        proxy.arm(undefined, () => {});
        expect((await deploy()).code).to.equal(0);
        const second = await deploy();
        expect(second.code, second.stdout + second.stderr).to.equal(0);
        expect(second.stdout).to.include("Nothing to do");
        expect(await nonce()).to.equal(nonces);
        const proof = await sandbox.hardhat("handoff", "verify", "--network", "localhost");
        expect(proof.code, proof.stdout + proof.stderr).to.equal(0);
      });
  });
}

/** A linear congruential generator: the same seed, the same points. */
function samplePoints(from: number, count: number): KillPoint[] {
  let state = from >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
  return Array.from({ length: count }, () => ({
    moment: MOMENTS[next() % MOMENTS.length] ?? "before the send",
    transaction: next() % 1000,
  }));
}
