/** A deployment whose transactions get stuck, and the tasks that help: on a node that stops mining in the middle of it. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { createWalletClient, type Hash, type Hex, http, parseTransaction } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import config from "../../hardhat.config.ts";
import type { TransactionState } from "../../src/transactions/types.ts";
import type { TaskAction, TaskResult } from "../../tasks/define.ts";
import bump from "../../tasks/transaction/bump.ts";
import cancel from "../../tasks/transaction/cancel.ts";
import list from "../../tasks/transaction/list.ts";
import retry from "../../tasks/transaction/retry.ts";
import { type InterceptingProxy, startInterceptingProxy } from "../interceptingProxy.ts";
import { refusesWith } from "../refusedWith.ts";
import { ask, createSandbox, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";

const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const DEPLOYER = privateKeyToAccount(KEY).address;

interface Listed {
  id: Hash;
  label: string;
  nonce: number;
  attempts: { kind: string; hash: Hash }[];
  state: TransactionState;
}

describe("tasks transaction", function () {
  this.timeout(240_000);
  // Each test goes on where the one before stopped.
  this.bail(true);
  let node: LocalNode;
  let proxy: InterceptingProxy;
  let sandbox: Sandbox;
  let hre: HardhatRuntimeEnvironment;
  /** What the tasks asked, newest last. */
  let asked: string[];
  let answer: boolean;

  before(async () => {
    node = await startNode("hardhat");
    proxy = await startInterceptingProxy(node.url);
    sandbox = createSandbox(proxy.url);
    const networks = { ...config.networks, localhost: { type: "http" as const, url: node.url } };
    hre = await createHardhatRuntimeEnvironment(
      { ...config, networks },
      { network: "localhost" },
      sandbox.root,
    );
  });

  after(() => {
    node?.stop();
    proxy?.close();
    sandbox?.remove();
  });

  beforeEach(() => {
    asked = [];
    answer = true;
  });

  const run = (task: TaskAction, args: object): Promise<TaskResult> =>
    task(
      { policy: "", dryRun: false, ...args },
      {
        hre,
        json: false,
        progress: () => {},
        again: "npx hardhat transactions",
        command: (text: string) => text,
        confirm: async (question) => {
          asked.push(question);
          return answer;
        },
      },
    );
  const listAll = async (): Promise<Listed[]> =>
    ((await run(list, { all: true })).data as { transactions: Listed[] }).transactions;
  const only = async () => {
    const open = (await listAll()).filter(({ state }) => !("block" in state));
    expect(open).to.have.length(1);
    return open[0] as Listed;
  };
  const count = async (tag: "latest" | "pending") =>
    Number(await ask<string>(node.url, "eth_getTransactionCount", DEPLOYER, tag));
  const mine = () => ask(node.url, "evm_mine");
  const stored = () => {
    const folder = join(sandbox.root, "deployments/localhost/transactions");
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  };

  /** Deploys until a transaction that `sticks` is in the pool of a node that no longer mines; then dies. */
  async function deployUntil(sticks: (transaction: ReturnType<typeof parseTransaction>) => boolean) {
    const stuck = new Promise<void>((done) => {
      proxy.intercept(async ({ method, params }) => {
        if (method !== "eth_sendRawTransaction") return undefined;
        if (!sticks(parseTransaction(params?.[0] as Hex))) return undefined;
        await ask(node.url, "evm_setAutomine", false);
        setTimeout(done, 500);
        return undefined;
      });
    });
    unlock();
    const running = sandbox.hardhat("deploy", "--network", "localhost");
    await Promise.race([
      stuck,
      running.then(({ stdout, stderr }) => Promise.reject(new Error(stdout + stderr))),
    ]);
    expect(await count("pending")).to.equal((await count("latest")) + 1);
    sandbox.kill();
    await running;
    proxy.intercept(async () => undefined);
  }
  /** The tasks ran in this process, which would hold the lock to its end; the command is another process. */
  const unlock = () => rmSync(join(sandbox.root, "deployments/localhost/.lock"), { force: true });
  const deploy = async (code: number) => {
    unlock();
    await ask(node.url, "evm_setAutomine", true);
    const done = await sandbox.hardhat("deploy", "--network", "localhost");
    expect(done.code, done.stdout + done.stderr).to.equal(code);
    return done;
  };

  it("behavior: what is stuck is listed, shown decoded, and nothing happens without a yes", async () => {
    await deployUntil(({ type, to }) => type === "eip1559" && to === undefined);
    const listed = await run(list, { all: false });
    expect(listed.exitCode).to.equal(2);
    expect(listed.text).to.match(/deploy Portcullis#\w+\n +waits in the node's pool/);
    const { id, attempts } = await only();
    const dry = await run(bump, { id: id.slice(0, 10), dryRun: true });
    expect(dry.text).to.match(/Dry run: nothing was sent/);
    answer = false;
    await refusesWith(run(bump, { id }), "STOPPED");
    expect(asked[0])
      .to.match(/creates a contract \(\d+ bytes/)
      .and.to.match(/fee per gas up to [\d.]+ gwei/);
    expect((await only()).attempts).to.deep.equal(attempts);
    await refusesWith(run(bump, { id: "0x12345678" }), "TRANSACTION_UNKNOWN");
  });

  it("behavior: a bump includes the same intent once, and the deployment goes on from there", async () => {
    const { attempts, label } = await only();
    const before = await count("latest");
    const bumping = run(bump, { id: attempts[0]?.hash });
    while ((await only()).attempts.length < 2) await new Promise((tick) => setTimeout(tick, 20));
    await mine();
    const { data } = await bumping;
    expect(data).to.have.nested.property("outcome.status", "included");
    const bumped = (await listAll()).find((t) => t.label === label);
    expect(data).to.have.nested.property("outcome.hash", bumped?.attempts[1]?.hash);
    expect(await count("latest")).to.equal(before + 1);
    await refusesWith(run(bump, { id: label }), "TRANSACTION_INCLUDED");
  });

  it("behavior: a cancellation leaves an empty transfer on the nonce, and deploy stops there and says so", async () => {
    await ask(node.url, "evm_setAutomine", true);
    await deployUntil(({ type, to }) => type === "eip1559" && to === undefined);
    const { id, label, nonce } = await only();
    expect(stored().filter((text) => text.includes('"kind": "bump"'))).to.have.length(1);
    const cancelling = run(cancel, { id });
    while ((await only()).attempts.length < 2) await new Promise((tick) => setTimeout(tick, 20));
    await mine();
    const { data, text } = await cancelling;
    expect(asked[0]).to.include("an empty transfer");
    expect(text).to.include(`transaction retry ${id.slice(0, 10)} --network localhost`);
    const { hash } = (data as { outcome: { hash: Hash } }).outcome;
    const included = await ask<{ to: string; value: Hex; input: Hex; nonce: Hex }>(
      node.url,
      "eth_getTransactionByHash",
      hash,
    );
    expect(included).to.include({ to: DEPLOYER.toLowerCase(), value: "0x0", input: "0x" });
    expect(Number(included.nonce)).to.equal(nonce);
    expect((await listAll()).find((t) => t.id === id)?.state.status).to.equal("cancelled");

    const stopped = await deploy(1);
    expect(stopped.stderr).to.include(`"${label}" was cancelled by ${hash}`);
    expect(stopped.stderr).to.include(`npx hardhat transaction retry ${id.slice(0, 10)} --network localhost`);
    expect(stopped.stderr).to.include("the deployer");
  });

  it("behavior: after a retry the deployment signs it anew, and a displaced one is found and mended the same way", async () => {
    const cancelled = (await listAll()).find(({ state }) => state.status === "cancelled") as Listed;
    await run(retry, { id: cancelled.id });
    expect(asked[0]).to.include("can never be included");
    // Later, in the wiring, somebody else uses the deployer's key.
    await deployUntil(({ type, to, data }) => {
      const text = stored().find((t) => t.includes(`"data": "${data}"`));
      return type === "eip1559" && to !== undefined && /"label": "(?!deploy|create)/.test(text ?? "");
    });
    const { id, nonce } = await only();
    await refusesWith(run(retry, { id }), "TRANSACTION_NOT_LOST");
    await ask(node.url, "hardhat_dropTransaction", (await only()).attempts[0]?.hash);
    await ask(node.url, "evm_setAutomine", true);
    const foreign = await createWalletClient({
      account: privateKeyToAccount(KEY),
      transport: http(node.url),
    }).sendTransaction({ to: DEPLOYER, value: 1n, nonce, chain: null });

    const stopped = await deploy(1);
    expect(stopped.stderr)
      .to.include(foreign)
      .and.to.include(`transaction retry ${id.slice(0, 10)}`);
    await run(retry, { id });
    const done = await deploy(0);
    expect(done.stdout).to.include("the deployer has no right left");

    const all = await listAll();
    expect(all.every(({ state }) => state.status === "included")).to.equal(true);
    const nonces = all.map((t) => t.nonce);
    expect(new Set(nonces).size, "one nonce each").to.equal(nonces.length);
    // Besides: the cancellation and the foreign one.
    expect(await count("latest")).to.equal(nonces.length + 2);
  });
});
