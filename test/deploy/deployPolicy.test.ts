import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { createWalletClient, custom, encodeFunctionData, numberToHex, parseEther } from "viem";
import config from "../../hardhat.config.ts";
import { roleManagerAbi } from "../../src/abi/roleManager.ts";
import { type DeployResult, deployPolicy } from "../../src/deploy/deployPolicy.ts";
import { previewDeployment } from "../../src/deploy/previewDeployment.ts";
import type { DeployContext } from "../../src/deploy/types.ts";
import { verifyHandoff } from "../../src/deploy/verifyHandoff.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import { deriveRoleId } from "../../src/policy/roleId.ts";
import { refusesWith } from "../refusedWith.ts";

const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

async function open(hre: HardhatRuntimeEnvironment) {
  const lines: string[] = [];
  const project = await openProject(hre, { state: "any" });
  return { project, lines, context: createDeployContext(project, (line) => lines.push(line)) };
}

const confirm = async () => {};

describe("deployPolicy", function () {
  this.timeout(60_000);
  let hre: HardhatRuntimeEnvironment;
  let context: DeployContext;
  let result: DeployResult;
  let project: Awaited<ReturnType<typeof open>>["project"];

  before(async () => {
    hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    ({ project, context } = await open(hre));
    expect(await previewDeployment(context)).to.include("deploy vault (Vault)");
    result = await deployPolicy(context, confirm);
  });

  const desired = () =>
    context.compile(Object.fromEntries(result.manifest.contracts.map((c) => [c.name, c.address])));
  const send = async (from: `0x${string}`, to: `0x${string}`, data: `0x${string}`) => {
    const { provider } = project.connection;
    await provider.request({ method: "hardhat_impersonateAccount", params: [from] });
    await provider.request({ method: "hardhat_setBalance", params: [from, numberToHex(parseEther("10"))] });
    await createWalletClient({ account: from, transport: custom(provider) }).sendTransaction({
      to,
      data,
      chain: null,
    });
  };
  const addressOf = (name: string) => {
    const found = result.manifest.contracts.find((c) => c.name === name);
    if (found === undefined) throw new Error(name);
    return found.address;
  };

  it("behavior: leaves the deployer without any right, and records it", async () => {
    expect(result.kept).to.deep.equal([]);
    expect(result.manifest.handover).not.to.equal(null);
    const report = await verifyHandoff(context.client, await desired(), DEPLOYER);
    expect(report.undeclared).to.deep.equal([]);
  });

  it("behavior: a second run sends nothing", async () => {
    const before = await context.client.getTransactionCount({ address: DEPLOYER });
    const again = await open(hre);
    expect((await deployPolicy(again.context, confirm)).changed).to.equal(false);
    expect(await context.client.getTransactionCount({ address: DEPLOYER })).to.equal(before);
  });

  it("error: with changed sources a rerun does not succeed", async () => {
    const again = await open(hre);
    const { artifacts } = again.context;
    const changed: DeployContext = {
      ...again.context,
      artifacts: {
        ...artifacts,
        loadArtifact: async (name) => {
          const artifact = await artifacts.loadArtifact(name);
          if (name !== "Vault") return artifact;
          return { ...artifact, deployedBytecode: artifact.deployedBytecode.replace("6080", "6081") };
        },
      },
    };
    await refusesWith(deployPolicy(changed, confirm), "CODE_CHANGED");
  });

  it("error: a changed policy is not deployed over the old one", async () => {
    const again = await open(hre);
    const compile: DeployContext["compile"] = async (addresses) => ({
      ...(await again.context.compile(addresses)),
      policyHash: `0x${"77".repeat(32)}`,
    });
    await refusesWith(deployPolicy({ ...again.context, compile }, confirm), "POLICY_CHANGED");
  });

  it("behavior: a grant that only waits is a right already", async () => {
    const before = await verifyHandoff(context.client, await desired(), DEPLOYER);
    expect(before.undeclared).to.have.length(0);
    const data = encodeFunctionData({
      abi: roleManagerAbi,
      functionName: "grantRole",
      args: [deriveRoleId("upgrader"), DEPLOYER, 0],
    });
    await send(addressOf("timelock"), addressOf("manager"), data);
    const report = await verifyHandoff(context.client, await desired(), DEPLOYER);
    expect(report.undeclared.map((r) => r.right)).to.include(`role ${deriveRoleId("upgrader")}`);
    await refusesWith(deployPolicy((await open(hre)).context, confirm), "HANDOVER_UNPROVED");
  });

  it("error: a deployer that cannot pay is told before anything is sent", async () => {
    const fresh = await open(await createHardhatRuntimeEnvironment(config, {}, process.cwd()));
    await fresh.project.connection.provider.request({
      method: "hardhat_setBalance",
      params: [DEPLOYER, "0x1"],
    });
    const error = await refusesWith(deployPolicy(fresh.context, confirm), "INSUFFICIENT_FUNDS");
    expect(error.details).to.include.keys("missing");
    expect(await fresh.context.client.getBlockNumber()).to.equal(0n);
  });

  it("error: outside development, keys that everyone knows are refused before anything is sent", async () => {
    const fresh = await open(await createHardhatRuntimeEnvironment(config, {}, process.cwd()));
    const compile: DeployContext["compile"] = async (addresses) => ({
      ...(await fresh.context.compile(addresses)),
      tier: "production",
    });
    await refusesWith(deployPolicy({ ...fresh.context, compile }, confirm), "POLICY_DANGEROUS");
    expect(await fresh.context.client.getBlockNumber()).to.equal(0n);
  });
});
