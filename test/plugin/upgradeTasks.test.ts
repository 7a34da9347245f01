/** Upgrades as they are typed, on a deployment of the example policy that lives in this process. */
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, encodeAbiParameters } from "viem";
import config from "../../hardhat.config.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import type { CodeArtifact } from "../../src/deploy/types.ts";
import { openOperationStore } from "../../src/operations/store/operationStore.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import { deployCode, encodeCreation, foreseeCode } from "../../src/plugin/proposeUpgrade.ts";
import type { UpgradeSubject } from "../../src/plugin/upgrade.ts";
import type { TaskAction } from "../../tasks/define.ts";
import execute from "../../tasks/timelock/execute.ts";
import list from "../../tasks/timelock/list.ts";
import show from "../../tasks/timelock/show.ts";
import propose from "../../tasks/upgrade/propose.ts";
import { refusedWith, refusesWith } from "../refusedWith.ts";

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
    const before = [await nonce(), await request("eth_blockNumber")];
    const { text, data } = await upgrade({ dryRun: true });
    expect(text)
      .to.match(/Simulation: it runs\./)
      .and.to.match(/proxy implementation: .* → VaultV2/);
    expect(text).to.match(/Dry run: nothing was sent/);
    foreseen = (data as { effects: { canonical: unknown } }).effects.canonical;
    const kept = await openOperationStore((await openProject(hre)).files).list();
    expect([[await nonce(), await request("eth_blockNumber")], kept]).to.deep.equal([before, []]);
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

  it("error: constructor arguments for code that takes none", async () => {
    await refusesWith(upgrade({ title: "V2b", constructorArgs: "alice" }), "NOT_DEPLOYABLE");
  });
});
