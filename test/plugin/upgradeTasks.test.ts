/** Upgrades as they are typed, on a deployment of the example policy that lives in this process. */
import proxyJson from "@openzeppelin/contracts/build/contracts/BeaconProxy.json" with { type: "json" };
import beaconJson from "@openzeppelin/contracts/build/contracts/UpgradeableBeacon.json" with { type: "json" };
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type Abi,
  type Address,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  type Hex,
  numberToHex,
  parseAbi,
  zeroAddress,
} from "viem";
import config from "../../hardhat.config.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import type { CodeArtifact } from "../../src/deploy/types.ts";
import { openOperationStore } from "../../src/operations/store/operationStore.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { prepareProposal } from "../../src/plugin/operate/propose.ts";
import { openProject } from "../../src/plugin/project.ts";
import { deployCode, foreseeCode } from "../../src/plugin/proposeUpgrade.ts";
import type { UpgradeSubject } from "../../src/plugin/upgrade.ts";
import { encodeCreation } from "../../src/plugin/upgradeCreation.ts";
import type { TaskAction } from "../../tasks/define.ts";
import execute from "../../tasks/timelock/execute.ts";
import list from "../../tasks/timelock/list.ts";
import show from "../../tasks/timelock/show.ts";
import propose from "../../tasks/upgrade/propose.ts";
import { refusedWith, refusesWith } from "../refusedWith.ts";

const [beaconArtifact, proxyArtifact] = [beaconJson, proxyJson].map(({ abi, bytecode }) => ({
  abi,
  bytecode,
})) as never as [{ abi: Abi; bytecode: Hex }, { abi: Abi; bytecode: Hex }];
const DEPLOYER: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

describe("upgrade tasks", function () {
  this.timeout(120_000);
  let hre: HardhatRuntimeEnvironment;
  let request: (method: string, ...params: unknown[]) => Promise<unknown>;

  before(async () => {
    hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    const project = await openProject(hre, { state: "any" });
    await deployPolicy(
      createDeployContext(project, () => {}),
      async () => {},
    );
    request = (method, ...params) => project.connection.provider.request({ method, params });
  });

  const run = (action: TaskAction, args: object) =>
    action(
      {
        policy: "",
        simulator: "",
        service: "none",
        safeNonce: "",
        as: "",
        acceptChangedEffects: false,
        acceptBrokenInvariants: false,
        acceptChangedPolicy: false,
        dryRun: false,
        ...args,
      },
      {
        hre,
        json: true,
        progress: () => {},
        again: "npx hardhat",
        command: (text: string) => text,
        confirm: async () => true,
      },
    );
  const upgrade = (more: object = {}) =>
    run(propose, {
      contract: "vault",
      to: "VaultV2",
      call: "initializeV2(alice)",
      title: "V2",
      reason: "r",
      ...more,
    });
  const nonce = () => request("eth_getTransactionCount", DEPLOYER, "pending");

  let foreseen: unknown;

  it("behavior: a dry run deploys in the simulator, shows the effects, and sends nothing", async () => {
    const list = async () => openOperationStore((await openProject(hre)).files).list();
    const before = [await nonce(), await request("eth_blockNumber"), await list()];
    const { text, data } = await upgrade({ dryRun: true });
    expect(text)
      .to.match(/Simulation: it runs\./)
      .and.to.match(/proxy implementation: .* → VaultV2/);
    expect(text).to.match(/Dry run: nothing was sent/);
    foreseen = (data as { effects: { canonical: unknown } }).effects.canonical;
    expect([await nonce(), await request("eth_blockNumber"), await list()]).to.deep.equal(before);
  });

  it("behavior: what is proposed then does exactly what the dry run showed", async () => {
    const { data } = await upgrade();
    expect((data as { effects: { canonical: unknown } }).effects.canonical).to.deep.equal(foreseen);
  });

  it("behavior: new code is named by the artifact it equals, in list, show and execute", async () => {
    expect((await run(list, { all: false })).text).to.include("installs VaultV2");
    const shown = (await run(show, { id: "V2" })).text;
    expect(shown).to.match(/upgradeToAndCall\(.*VaultV2/);
    await request("evm_increaseTime", 172_801);
    await request("evm_mine");
    const { text } = await run(execute, { id: "V2", dryRun: true });
    expect(text)
      .to.match(/upgradeToAndCall\(.*VaultV2/)
      .and.to.match(/proxy implementation: .* → VaultV2/);
  });

  it("behavior: what the timelock checks after an operation is shown with it", async () => {
    const { manifest } = await openProject(hre);
    const [timelock, vault] = ["timelock", "vault"].map(
      (wanted) => manifest!.contracts.find(({ name }) => name === wanted)!.address,
    ) as [Address, Address];
    expect((await run(show, { id: "V2" })).text).not.to.include("after it");
    const abi = parseAbi([
      "function addPostcondition(address target, bytes data, uint8 comparison, bytes32 expected)",
      "function allowance()",
    ]);
    const [call, atMost] = [encodeFunctionData({ abi, functionName: "allowance" }), 2];
    const expected = numberToHex(10n ** 21n, { size: 32 });
    const data = encodeFunctionData({
      abi,
      functionName: "addPostcondition",
      args: [vault, call, atMost, expected],
    });
    await request("hardhat_impersonateAccount", timelock);
    await request("hardhat_setBalance", timelock, "0xde0b6b3a7640000");
    await request("eth_sendTransaction", { from: timelock, to: timelock, data });
    expect((await run(show, { id: "V2" })).text).to.include(
      `after it  vault.allowance() is at most ${10n ** 21n}, or it is undone`,
    );
  });

  it("behavior: code with constructor arguments is foreseen and deployed as one and the same", async () => {
    const project = await openProject(hre);
    const operations = await openOperations(project);
    const artifact = (await hre.artifacts.readArtifact("ExampleToken")) as unknown as CodeArtifact;
    const proxy = project.book.entries.find(({ name }) => name === "vault")!.address;
    const subject = { proxy, artifact, validation: { to: "ExampleToken" } } as UpgradeSubject;
    refusedWith(() => encodeCreation("", subject, operations), "NOT_DEPLOYABLE");
    refusedWith(() => encodeCreation("alice", subject, operations), "CALL_ARGUMENT_COUNT");
    const creation = encodeCreation("alice, 5 ether", subject, operations);
    const alice = project.book.entries.find(({ name }) => name === "alice")!.address;
    const args = encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [alice, 5n * 10n ** 18n]);
    expect(creation).to.equal(`${artifact.bytecode}${args.slice(2)}`);

    const before = await foreseeCode(project, subject, creation);
    expect(before.after).to.have.length(1);
    const deployed = await deployCode(project, subject, creation);
    expect(deployed).to.deep.equal({ ...before.implementation, reused: false });
    const after = await foreseeCode(project, subject, creation);
    expect(after).to.deep.equal({ implementation: { ...deployed, reused: true }, after: [] });
  });

  it("behavior: a beacon is upgraded through the timelock that owns it, and every proxy of the policy shows it", async () => {
    const project = await openProject(hre);
    const { client, manifest } = project;
    const deploy = async ({ abi, bytecode }: typeof beaconArtifact, args: readonly unknown[]) => {
      const data = encodeDeployData({ abi, bytecode, args } as Parameters<typeof encodeDeployData>[0]);
      const hash = await request("eth_sendTransaction", { from: DEPLOYER, data });
      const { contractAddress } = await client.getTransactionReceipt({ hash: hash as Hex });
      return getAddress(contractAddress!);
    };
    const vault = manifest!.contracts.find(({ name }) => name === "vault")!;
    const timelock = manifest!.contracts.find(({ name }) => name === "timelock")!.address;
    const beacon = await deploy(beaconArtifact, [vault.proxy!.implementation, timelock]);
    const kiosk = await deploy(proxyArtifact, [beacon, "0x"]);

    const called = upgrade({
      contract: kiosk,
      title: "Kiosk",
      call: "initializeV2(alice)",
      timelock: "",
      constructorArgs: "",
    });
    await refusesWith(called, "BEACON_CALLS_NOTHING");
    const { text } = await upgrade({ contract: kiosk, title: "Kiosk", call: "" });
    expect(text)
      .to.match(/requireCodehash.*VaultV2/s)
      .and.to.match(/upgradeTo\(.*VaultV2/);

    // The policy names the proxy: its code changes although nothing of it is touched.
    const [file] = (await openOperationStore(project.files).list()).filter(({ title }) => title === "Kiosk");
    const zero = zeroAddress;
    const state = {
      kind: "beacon" as const,
      implementation: zero,
      implementationCodehash: null,
      admin: zero,
      beacon,
    };
    const named = { name: "kiosk", address: kiosk, codehash: null, proxy: state };
    const desired = { ...project.desired, contracts: [...project.desired.contracts, named] };
    const operations = await openOperations({ ...project, desired });
    const { calls, route } = file!;
    const watched = await prepareProposal(operations, { calls, route, title: "Watched", reason: "r" });
    const paths = (watched.effects?.admin ?? []).filter((change) => change.contract === kiosk);
    expect(paths.map(({ path }) => path)).to.include("proxy.implementation");
    expect(JSON.stringify(file!.effects)).not.to.include(kiosk.toLowerCase());

    await request("evm_increaseTime", 172_801);
    await request("evm_mine");
    await run(execute, { id: "Kiosk" });
    const version = parseAbi(["function version() view returns (uint256)"]);
    expect(await client.readContract({ address: kiosk, abi: version, functionName: "version" })).to.equal(2n);
  });

  it("error: constructor arguments for code that takes none", async () => {
    await refusesWith(upgrade({ title: "V2b", constructorArgs: "alice" }), "NOT_DEPLOYABLE");
  });
});
