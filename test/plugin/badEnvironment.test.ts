/** Nodes that are away, slow or of another chain, records of other chains; operations that ran out of ether: one node for all. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { type Address, keccak256, parseEther, toHex } from "viem";
import config from "../../hardhat.config.ts";
import { checkManifest } from "../../src/deploy/checkManifest.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import { type Manifest, readManifest } from "../../src/deploy/manifest.ts";
import { explainFault } from "../../src/explainFault.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction, TaskContext } from "../../tasks/define.ts";
import execute from "../../tasks/timelock/execute.ts";
import propose from "../../tasks/timelock/propose.ts";
import { type InterceptingProxy, startInterceptingProxy } from "../interceptingProxy.ts";
import { refusesWith } from "../refusedWith.ts";
import { ask, createSandbox, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";

const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const DAY = 86_400;

describe("bad environments", function () {
  this.timeout(240_000);
  let node: LocalNode;
  let proxy: InterceptingProxy;
  let sandbox: Sandbox;

  before(async () => {
    node = await startNode("hardhat");
    proxy = await startInterceptingProxy(node.url);
    sandbox = createSandbox(proxy.url);
  });
  after(() => {
    node?.stop();
    proxy?.close();
    sandbox?.remove();
  });
  beforeEach(() => proxy.intercept(async () => undefined));

  const open = (url: string) =>
    createHardhatRuntimeEnvironment(
      { ...config, networks: { localhost: { type: "http", url, timeout: 1_500 } } },
      { network: "localhost" },
      sandbox.root,
    );
  const deploy = async (url = proxy.url) => {
    const project = await openProject(await open(url), { state: "any" });
    return deployPolicy(
      createDeployContext(project, () => {}),
      async () => {},
    );
  };
  /** As the wrapper of all tasks explains it; what it cannot explain would be shown as a bug. */
  const fault = async (work: Promise<unknown>) => {
    let raw: unknown;
    const error = await work.then(
      () => expect.fail("nothing was refused"),
      (thrown: unknown) => {
        raw = thrown instanceof Error ? `${thrown.name}: ${thrown.message} <- ${thrown.cause}` : thrown;
        return explainFault(thrown);
      },
    );
    return error ?? expect.fail(`it would be shown as a bug: ${raw}`);
  };
  const sent = async () => Number(await ask<string>(node.url, "eth_getTransactionCount", DEPLOYER, "latest"));

  it("error: a node that is down, no node at all, or slow is said in time, and nothing is begun", async () => {
    expect((await fault(deploy("http://127.0.0.1:9349"))).code).to.equal("RPC_UNREACHABLE");
    proxy.intercept(async () => ({ status: 200, text: "<html>" }));
    expect((await fault(deploy())).code).to.equal("RPC_UNREACHABLE");
    proxy.intercept(async () => "hang");
    const begun = Date.now();
    expect((await fault(deploy())).code).to.equal("RPC_TIMEOUT");
    expect(Date.now() - begun).to.be.lessThan(30_000);
    expect(existsSync(join(sandbox.root, "deployments"))).to.equal(false);
    expect(await sent()).to.equal(0);
  });

  it("error: a node of another chain is refused before anything is sent", async () => {
    proxy.intercept(async ({ method }) => (method === "eth_chainId" ? { result: toHex(10) } : undefined));
    expect((await fault(deploy())).code).to.be.oneOf(["WRONG_CHAIN", "POLICY_INVALID"]);
    expect(await sent()).to.equal(0);
  });

  it("behavior: a node that stalls in the middle is an error in time; the next run completes and sends nothing twice", async () => {
    let sends = 0;
    proxy.intercept(async ({ method }) => {
      if (method === "eth_sendRawTransaction") sends += 1;
      return sends >= 7 ? "hang" : undefined;
    });
    const error = await fault(deploy());
    expect(error.code).to.equal("RPC_TIMEOUT");
    expect(error.message + error.hint).to.match(/run|again/);
    proxy.intercept(async () => undefined);
    const { manifest } = await deploy();
    expect(manifest.handover).not.to.equal(null);
    const own = manifest.transactions.filter(({ from }) => from === DEPLOYER);
    expect(new Set(own.map(({ nonce }) => nonce)).size).to.equal(own.length);
    expect(await sent()).to.equal(own.length);
  });

  it("error: a manifest of another chain, of a restarted one, or that does not match is refused", async () => {
    const { client, files } = await openProject(await open(proxy.url));
    const manifest = (await readManifest(files)) as Manifest;
    await checkManifest(client, manifest);
    await refusesWith(checkManifest(client, { ...manifest, chainId: 1 }), "WRONG_CHAIN");
    const restarted = { ...manifest, genesis: keccak256("0x00") };
    const error = await refusesWith(checkManifest(client, restarted), "CHAIN_RESTARTED");
    expect(error.hint).to.include("npx hardhat deploy");
    const [first, ...rest] = manifest.contracts;
    if (first === undefined) return expect.fail("the manifest has contracts");
    const other = { ...manifest, contracts: [{ ...first, codehash: keccak256("0x01") }, ...rest] };
    expect((await refusesWith(checkManifest(client, other), "MANIFEST_MISMATCH")).message).to.include(
      "other code",
    );
    const empty: Address = "0x00000000000000000000000000000000000000aa";
    const gone = { ...manifest, contracts: [{ ...first, address: empty }, ...rest] };
    expect((await refusesWith(checkManifest(client, gone), "MANIFEST_MISMATCH")).message).to.include(
      "no code",
    );
  });

  it("error: an operation whose account lost its ether is refused at execution, and says how much is missing", async () => {
    const hre = await open(proxy.url);
    const context = {
      hre,
      json: false,
      again: "",
      command: (text: string) => text,
      progress: () => {},
      confirm: async () => true,
    } as unknown as TaskContext;
    const options = { policy: "", simulator: "", as: "", safeNonce: "", dryRun: false };
    const run = (task: TaskAction, args: object) => task({ ...options, ...args }, context);
    const { manifest } = await openProject(hre);
    const timelock = manifest?.contracts.find(({ name }) => name === "timelock")?.address as Address;
    await ask(node.url, "hardhat_setBalance", timelock, toHex(parseEther("2")));
    const { data } = await run(propose, {
      call: "alice{value: 2 ether}",
      title: "Pay Alice",
      reason: "salary",
      as: "council",
      plan: "",
      deadline: "",
      resume: "",
      export: "",
      service: "",
      timelock: "",
    });
    const { id } = data as { id: string };
    await ask(node.url, "hardhat_setBalance", timelock, toHex(parseEther("0.5")));
    await node.passTime(2 * DAY + 1);
    const executing = {
      id,
      acceptChangedEffects: false,
      acceptBrokenInvariants: false,
      acceptChangedPolicy: false,
      as: "council",
    };
    const error = await refusesWith(run(execute, executing), "INSUFFICIENT_BALANCE");
    expect(error.message).to.include("1.5 is missing");
  });
});
