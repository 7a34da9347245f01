/** Implementations with immutables: deployed with the policy's arguments, compared with them, upgraded with them. */
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Abi, type Address, encodeAbiParameters, type Hex, parseAbi } from "viem";
import config from "../../hardhat.config.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import { findImmutableDifference } from "../../src/deploy/immutables.ts";
import type { CodeArtifact, DeployContext } from "../../src/deploy/types.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject, type Project } from "../../src/plugin/project.ts";
import type { UpgradeSubject } from "../../src/plugin/upgrade.ts";
import { describeCreation, encodeCreation, findDeclaredArguments } from "../../src/plugin/upgradeCreation.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import type { PolicyInput } from "../../src/policy/index.ts";
import { refusedWith, refusesWith } from "../refusedWith.ts";
import { compileSource } from "../snapshot/peers.ts";

const DEPLOYER: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const BOX = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
contract Box is UUPSUpgradeable {
  address public immutable guardian;
  uint256 public immutable cap;
  address public immutable maker = msg.sender;
  uint256 public immutable born = block.timestamp;
  address public owner;
  constructor(address guardian_, uint256 cap_) { guardian = guardian_; cap = cap_; }
  function initialize() external { require(owner == address(0)); owner = msg.sender; }
  function transferOwnership(address next) external { require(msg.sender == owner); owner = next; }
  function _authorizeUpgrade(address) internal view override { require(msg.sender == owner); }
}
contract Renamed { uint256 public immutable cap; constructor(address other, uint256 cap_) { cap = cap_; other; } }
`;
const compiled = compileSource(BOX);
const artifactOf = (name: string): CodeArtifact => {
  const { abi, evm } = compiled[name]!;
  return {
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
    immutableReferences: evm.deployedBytecode.immutableReferences ?? {},
  };
};
const box = artifactOf("Box");
const abi = parseAbi([
  "function guardian() view returns (address)",
  "function cap() view returns (uint256)",
  "function maker() view returns (address)",
]);

const policy = (contract: object): PolicyInput => ({
  schema: 1,
  name: "immutables",
  networks: { hardhat: { chain: 31337, tier: "development" } },
  signers: Object.fromEntries(
    ["deployer", "alice", "bob", "carol"].map((name, account) => [
      name,
      { provider: "development", account },
    ]),
  ) as NonNullable<PolicyInput["signers"]>,
  safes: { council: { owners: ["alice", "bob", "carol"], threshold: 2 } },
  timelocks: {
    timelock: {
      delay: "2 days",
      floor: "1 day",
      ceiling: "30 days",
      expiry: "14 days",
      proposers: ["council"],
      executors: ["council"],
    },
  },
  contracts: { box: { artifact: "Box", ownable: "timelock", ...contract } },
});

describe("constructor arguments of implementations", function () {
  this.timeout(120_000);
  const written = { proxy: "uups", initializer: "initialize", constructorArgs: ["council", "5 ether"] };
  let hre: HardhatRuntimeEnvironment;
  let project: Project;
  let context: DeployContext;

  before(async () => {
    hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    project = await openProject(hre, { state: "any" });
    const own = createDeployContext(project, () => {});
    const timelock = (await hre.artifacts.readArtifact("Timelock")).abi as never as Abi;
    context = {
      ...own,
      artifacts: {
        getBuildInfo: async (name) => (name === "Box" ? undefined : own.artifacts.getBuildInfo(name)),
        loadArtifact: async (name) =>
          name === "Box"
            ? ({
                ...{ _format: "hh3-artifact-1", contractName: name, sourceName: "Box.sol", ...box },
                ...{ linkReferences: {}, deployedLinkReferences: {} },
              } as never)
            : own.artifacts.loadArtifact(name),
      },
      compile: async (addresses) => compile(written, addresses, timelock),
    };
  });

  const compile = (contract: object, addresses: Readonly<Record<string, Address>> = {}, timelock: Abi = []) =>
    compilePolicy(policy(contract), {
      network: "hardhat",
      chainId: 31337,
      addresses,
      artifacts: { Box: { abi: box.abi }, Timelock: { abi: timelock } },
      unresolved: "placeholder",
    });

  it("behavior: the implementation is deployed with them, and the manifest has them", async () => {
    const { manifest } = await deployPolicy(context, async () => {});
    const found = manifest.contracts.find(({ name }) => name === "box")!;
    const council = manifest.contracts.find(({ name }) => name === "council")!.address;
    expect(found.constructorArgs).to.deep.equal([council, 5n * 10n ** 18n]);
    const read = (functionName: "guardian" | "cap" | "maker") =>
      context.client.readContract({ address: found.address, abi, functionName });
    expect([await read("guardian"), await read("cap"), await read("maker")]).to.deep.equal([
      council,
      5n * 10n ** 18n,
      DEPLOYER,
    ]);
  });

  it("error: code of the same sources with other arguments is not taken for it; without the check it is", async () => {
    const again = createDeployContext(await openProject(await fresh(), { state: "any" }), () => {});
    const mistaken = {
      ...context,
      ...again,
      artifacts: context.artifacts,
      // Deployed with one cap, expected with another: what a node or a journal could have swapped.
      compile: async (addresses: Readonly<Record<string, Address>>) => {
        const desired = await context.compile(addresses);
        const deployed = Object.keys(addresses).includes("box");
        const contracts = desired.contracts.map((c) =>
          c.name !== "box" || deployed || c.deployment === undefined
            ? c
            : { ...c, deployment: { ...c.deployment, args: [c.deployment.args[0], 6n] } },
        );
        return { ...desired, contracts };
      },
    };
    await refusesWith(
      deployPolicy(mistaken, async () => {}),
      "IMMUTABLES_DIFFER",
    );
  });

  it("behavior: own address, deployer and arguments are checked; what depends on the block is not", async () => {
    const { client } = context;
    const council = await addressOf("council");
    const creation = creationOf(council, 5n * 10n ** 18n);
    const address = await implementation();
    const code = (await client.getCode({ address }))!;
    const created = { address, code, artifact: box, creation, deployer: DEPLOYER };
    expect(await findImmutableDifference(client, created)).to.equal(undefined);
    const differs = async (change: Partial<typeof created>) =>
      (await findImmutableDifference(client, { ...created, ...change })) !== undefined;
    expect(await differs({ creation: creationOf(council, 6n) })).to.equal(true);
    expect(await differs({ creation: creationOf(DEPLOYER, 5n * 10n ** 18n) })).to.equal(true);
    expect(await differs({ address: council })).to.equal(true);
    expect(await differs({ deployer: council })).to.equal(true);
  });

  it("behavior: an upgrade takes them from the policy where the new constructor asks for the same", async () => {
    const known = { box: await addressOf("box"), council: await addressOf("council") };
    const desired = await context.compile(known);
    const proxy = known.box;
    const inProject = {
      desired,
      hre: {
        artifacts: { readArtifact: async () => ({ abi: box.abi }) },
      } as never as HardhatRuntimeEnvironment,
    };
    const subject = (to: string) =>
      ({ proxy, artifact: artifactOf(to), validation: { to } }) as never as UpgradeSubject;
    const declared = await findDeclaredArguments(inProject, subject("Box"));
    expect(declared).to.deep.equal([known.council, 5n * 10n ** 18n]);
    const creation = encodeCreation("", subject("Box"), desired, declared);
    expect(creation).to.equal(creationOf(known.council, 5n * 10n ** 18n));
    expect(describeCreation(subject("Box"), creation, desired.book)).to.equal(
      "The constructor of Box gets guardian_ = council, cap_ = 5000000000000000000",
    );
    expect(await findDeclaredArguments(inProject, subject("Renamed"))).to.equal(undefined);
    refusedWith(() => encodeCreation("", subject("Renamed"), desired), "NOT_DEPLOYABLE");
  });

  it("error: too few, of no proxy, and of what exists already", () => {
    const problem = (contract: object) => {
      try {
        compile(contract);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(problem({ ...written, constructorArgs: ["council"] })).to.match(
      /box\.constructorArgs.*takes 2 arguments, not 1/s,
    );
    expect(problem({ ...written, constructorArgs: undefined })).to.match(/box\.constructorArgs.*not 0/s);
    expect(problem({ args: ["council", "5 ether"], constructorArgs: [] })).to.match(/write args/);
    expect(problem({ at: `hardhat:${DEPLOYER}`, constructorArgs: [] })).to.match(/nothing is deployed/);
  });

  const fresh = () => createHardhatRuntimeEnvironment(config, {}, process.cwd());
  const creationOf = (guardian: Address, cap: bigint): Hex =>
    `${box.bytecode}${encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [guardian, cap]).slice(2)}`;
  const manifest = async () =>
    JSON.parse((await context.files.read("manifest.json")) ?? "{}") as {
      contracts: { name: string; address: Address; proxy?: { implementation: Address } }[];
    };
  const addressOf = async (name: string) =>
    (await manifest()).contracts.find((c) => c.name === name)!.address;
  const implementation = async () =>
    (await manifest()).contracts.find(({ name }) => name === "box")!.proxy!.implementation;
});
