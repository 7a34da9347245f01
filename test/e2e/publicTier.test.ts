/** What a team meets on its first public network: another chain id, no development keys, nothing without being meant. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJson } from "ethers";
import { type Address, type Hex, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  deterministicDeployer,
  deterministicDeployerCode,
} from "../../src/accounts/deterministicDeployer.ts";
import { planSafeInfrastructure, safeInfrastructure } from "../../src/safe/infrastructure.ts";
import { entryPoints, etchEntryPoints } from "../entryPoints.ts";
import { connectChain, developmentAccount, runStep } from "../safe/localSafe.ts";
import { ask, createSandbox, hasAnvil, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";

const CHAIN = 11_155_111;
const key = (name: string): Hex => keccak256(toHex(`a key of ${name}, made for this test`));
const NAMES = [
  "deployer",
  "alice",
  "bob",
  "carol",
  "dave",
  "erin",
  "frank",
  "grace",
  "heidi",
  "treasury",
  "watcher",
  "bot",
];
const PASSWORD = "correct horse";
const addressOf = (name: string) => privateKeyToAccount(key(name)).address;

describe("a deployment to a public network", function () {
  this.timeout(300_000);
  let node: LocalNode;
  let sandbox: Sandbox;
  let example: string;

  before(async function () {
    // the other embedded chain has one chain id only
    if (!hasAnvil) this.skip();
    node = await startNode("anvil", { chainId: CHAIN });
    const variables = Object.fromEntries(NAMES.map((name) => [`${name.toUpperCase()}_KEY`, key(name)]));
    sandbox = createSandbox(node.url, { ...variables, DEPLOYER_PASSWORD: PASSWORD });
    await writeKeystore(sandbox.root);
    await publishSafe(node.url);
    await publishEntryPoints(node.url);
    example = readFileSync(join(sandbox.root, "deploy/policies/example.ts"), "utf8").replace(
      'localhost: { chain: 31337, tier: "development" }',
      `localhost: { chain: ${CHAIN}, tier: "production" }`,
    );
  });
  after(() => {
    node?.stop();
    sandbox?.remove();
  });

  /** The deployer's key in an encrypted file, the others in Hardhat's keystore. */
  const providerOf = (name: string) =>
    name === "deployer"
      ? `provider: "keystore", file: "keys/deployer.json", password: "DEPLOYER_PASSWORD"`
      : `provider: "hardhat-keystore", key: "${name.toUpperCase()}_KEY"`;
  const withKeys = (policy: string) =>
    NAMES.reduce(
      (text, name, i) =>
        text.replace(
          `${name}: { provider: "development", account: ${i},`,
          `${name}: { ${providerOf(name)}, address: "${addressOf(name)}",`,
        ),
      policy,
    );
  const write = (text: string) => writeFileSync(join(sandbox.root, "deploy/policies/example.ts"), text);
  const deploy = (...more: string[]) => sandbox.hardhat("deploy", "--network", "localhost", ...more);

  const refused = async (more: readonly string[]) => {
    const run = await deploy("--json", ...more);
    expect(run.code, run.stdout + run.stderr).to.equal(1);
    return JSON.parse(run.stdout).error as { code: string; message: string; hint: string };
  };
  const confirmed = ["--confirm-network", "localhost"];
  const fund = (ether: string) =>
    ask(node.url, "anvil_setBalance", addressOf("deployer"), toHex(parseEther(ether)));

  it("error: development keys are refused, each by name, and what to write instead", async () => {
    write(example);
    const { code, message, hint } = await refused(confirmed);
    expect(code).to.equal("POLICY_INVALID");
    for (const name of NAMES) expect(message).to.include(`signers.${name}.provider`);
    expect(hint).to.include("npx hardhat policy check");
  });

  it("error: an account needs its entry point, which nobody sets on such a chain", async () => {
    write(withKeys(example));
    await fund("100");
    const [entryPoint, code] = [
      entryPoints["0.9"],
      await ask<Hex>(node.url, "eth_getCode", entryPoints["0.9"], "latest"),
    ];
    await ask(node.url, "anvil_setCode", entryPoint, "0x");
    const { code: refusal, message } = await refused(confirmed);
    await ask(node.url, "anvil_setCode", entryPoint, code);
    expect(refusal).to.equal("ENTRY_POINT_MISSING");
    expect(message).to.include(entryPoint);
  });

  it("error: too little ether: says how much is missing, and whose", async () => {
    write(withKeys(example));
    await fund("0.01");
    const { code, message, hint } = await refused(confirmed);
    expect(code).to.equal("INSUFFICIENT_FUNDS");
    expect(message).to.match(/has 0\.01 ether; this deployment can cost [\d.]+: [\d.]+ is missing$/);
    expect(hint).to.match(new RegExp(`^send [\\d.]+ ether to ${addressOf("deployer")} and run the same`));
  });

  it("error: the network has to be named again, rightly; nothing is sent before", async () => {
    await fund("100");
    const { code, hint } = await refused([]);
    expect(code).to.equal("NETWORK_UNCONFIRMED");
    expect(hint).to.match(/--confirm-network localhost/);
    expect((await refused(["--confirm-network", "mainnet"])).code).to.equal("NETWORK_UNCONFIRMED");
    expect(Number(await ask(node.url, "eth_getTransactionCount", addressOf("deployer"), "latest"))).to.equal(
      0,
    );
  });

  it("behavior: meant and paid for, it is deployed; the deployer ends with nothing, and a second run sends nothing", async () => {
    write(withKeys(example));
    await fund("100");
    // two blocks are waited for, and anvil mines none of its own accord
    const ticking = setInterval(() => void ask(node.url, "evm_mine").catch(() => {}), 300);
    const sent = async () =>
      Number(await ask(node.url, "eth_getTransactionCount", addressOf("deployer"), "latest"));
    try {
      const done = await deploy(...confirmed);
      expect(done.code, done.stdout + done.stderr).to.equal(0);
      expect(done.stdout).to.include("the deployer has no right left");
      const before = await sent();
      const again = await deploy();
      expect(again.code, again.stdout + again.stderr).to.equal(0);
      expect(again.stdout).to.match(/^Nothing to do: "example" is on localhost/);
      expect(await sent())
        .to.equal(before)
        .and.to.be.greaterThan(0);
    } finally {
      clearInterval(ticking);
    }
  });
});

async function writeKeystore(root: string): Promise<void> {
  mkdirSync(join(root, "keys"));
  const account = { address: addressOf("deployer"), privateKey: key("deployer") };
  const text = await encryptKeystoreJson(account, PASSWORD, { scrypt: { N: 1024 } });
  writeFileSync(join(root, "keys/deployer.json"), text);
}

/** Public chains have them already. */
async function publishEntryPoints(url: string): Promise<void> {
  const setCode = (address: Address, code: Hex) => ask(url, "anvil_setCode", address, code);
  await etchEntryPoints(setCode);
  await setCode(deterministicDeployer, deterministicDeployerCode);
}

/** The registry says where Safe's contracts are; this chain gets their code there. */
async function publishSafe(url: string): Promise<void> {
  const chain = await connectChain();
  for (const step of planSafeInfrastructure(safeInfrastructure(31337)))
    await runStep(chain, developmentAccount(0).address, step);
  const local = safeInfrastructure(31337).contracts;
  for (const [name, address] of Object.entries(safeInfrastructure(CHAIN).contracts)) {
    const code = await chain.reader.getCode({ address: local[name as keyof typeof local] });
    await ask(url, "anvil_setCode", address, code);
  }
}
