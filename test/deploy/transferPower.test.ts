import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { type Abi, type Address, keccak256, parseAbi, toHex, zeroAddress, zeroHash } from "viem";
import config from "../../hardhat.config.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import type { DeployContext } from "../../src/deploy/types.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import type { PolicyInput } from "../../src/policy/index.ts";
import { refusesWith } from "../refusedWith.ts";
import { givingAbis, givingArtifacts } from "./giving.ts";

const DEPLOYER: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const DAY = 86_400n;
const abi = parseAbi([
  "function owner() view returns (address)",
  "function pendingOwner() view returns (address)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function pendingDefaultAdmin() view returns (address newAdmin, uint48 schedule)",
]);
const managerAbi = parseAbi([
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
  "function getRoleGrantDelay(uint64 roleId) view returns (uint32)",
]);
const MINTER = keccak256(toHex("MINTER_ROLE"));

const base: PolicyInput = {
  schema: 1,
  name: "giving",
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
      cancellers: ["bob"],
    },
  },
};

interface World {
  context: DeployContext;
  lines: string[];
  /** Addresses by name, once deployed. */
  at(name: string): Promise<Address>;
}

/** An embedded chain of its own. */
async function open(
  contracts: PolicyInput["contracts"],
  more: Partial<PolicyInput> = {},
  agree?: (question: string) => Promise<boolean>,
): Promise<World> {
  const hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
  const lines: string[] = [];
  const project = await openProject(hre, { state: "any" });
  const own = createDeployContext(project, (line) => lines.push(line), agree);
  const artifacts: Record<string, { abi: Abi }> = { ...givingAbis() };
  for (const name of ["Timelock", "RoleManager", "ExampleToken", "Vault"])
    artifacts[name] = { abi: (await hre.artifacts.readArtifact(name)).abi as never };
  const policy: PolicyInput = { ...base, ...more, ...(contracts === undefined ? {} : { contracts }) };
  const context: DeployContext = {
    ...own,
    artifacts: givingArtifacts(own.artifacts),
    compile: async (addresses) =>
      compilePolicy(policy, {
        network: "hardhat",
        chainId: 31337,
        addresses,
        artifacts,
        unresolved: "placeholder",
      }),
  };
  const at = async (name: string): Promise<Address> => {
    const manifest = JSON.parse((await own.files.read("manifest.json")) ?? "{}") as {
      contracts: { name: string; address: Address }[];
    };
    const found = manifest.contracts.find((c) => c.name === name);
    if (found === undefined) throw new Error(`${name} is not deployed`);
    return found.address;
  };
  return { context, lines, at };
}

const confirm = async () => {};
/** As on a chain that is not this process's own: nobody moves its clock. */
const withoutClock = ({ passTime: _, ...context }: DeployContext): DeployContext => context;
const admins = (...members: string[]) => ({ roles: { DEFAULT_ADMIN_ROLE: { members } } });

describe("transferPower: what constructors leave with the deployer", function () {
  this.timeout(120_000);

  it("behavior: Ownable goes to its declared owner, behind a proxy too, and a ProxyAdmin with it", async () => {
    const { context, at } = await open({
      owned: { artifact: "Owned", ownable: "timelock" },
      behind: {
        artifact: "Behind",
        proxy: { kind: "transparent", admin: "timelock" },
        initializer: "initialize",
        ownable: "council",
      },
      admin: { artifact: "Admin", ownable: "timelock" },
    });
    const { manifest, kept } = await deployPolicy(context, confirm);
    expect(kept).to.deep.equal([]);
    expect(manifest.handover).not.to.equal(null);
    const ownerOf = async (name: string) =>
      context.client.readContract({ address: await at(name), abi, functionName: "owner" });
    expect(await ownerOf("owned")).to.equal(await at("timelock"));
    expect(await ownerOf("admin")).to.equal(await at("timelock"));
    expect(await ownerOf("behind")).to.equal(await at("council"));
  });

  it("behavior: AccessControl: others have their roles in a block before the deployer gives up its own", async () => {
    const { context, at, lines } = await open({
      roles: {
        artifact: "Roles",
        accessControl: {
          roles: { DEFAULT_ADMIN_ROLE: { members: ["timelock"] }, MINTER_ROLE: { members: ["council"] } },
        },
      },
      minted: { artifact: "MintedOnce", args: ["timelock"], accessControl: admins("timelock") },
    });
    await deployPolicy(context, confirm);
    const address = await at("roles");
    const has = (role: `0x${string}`, account: Address, blockNumber?: bigint) =>
      context.client.readContract({
        address,
        abi,
        functionName: "hasRole",
        args: [role, account],
        ...(blockNumber === undefined ? {} : { blockNumber }),
      });
    expect(await has(MINTER, await at("council"))).to.equal(true);
    expect(await has(MINTER, DEPLOYER)).to.equal(false);
    const timelock = await at("timelock");
    let both = 0;
    const last = await context.client.getBlockNumber();
    for (
      let block = last;
      block > 0n && (await context.client.getCode({ address, blockNumber: block }));
      block--
    ) {
      const [old, next] = [await has(zeroHash, DEPLOYER, block), await has(zeroHash, timelock, block)];
      expect(old || next, `somebody is admin at block ${block}`).to.equal(true);
      if (old && next) both += 1;
    }
    expect(both, "blocks in which both are").to.be.greaterThan(0);
    expect(lines.join("\n")).to.include("the deployer gives up DEFAULT_ADMIN_ROLE of roles");
  });

  it("behavior: Ownable2Step to a Safe is accepted by its owners in the same run", async () => {
    const { context, at } = await open({
      token: { artifact: "TwoStep", ownable: { owner: "council", twoStep: true } },
    });
    await deployPolicy(withoutClock(context), confirm);
    const read = { address: await at("token"), abi } as const;
    expect(await context.client.readContract({ ...read, functionName: "owner" })).to.equal(
      await at("council"),
    );
    expect(await context.client.readContract({ ...read, functionName: "pendingOwner" })).to.equal(
      zeroAddress,
    );
  });

  it("behavior: what a Safe's owners sign to accept is shown and asked about first, and nothing else is signed", async () => {
    const asked: string[] = [];
    let answer = false;
    const { context, at, lines } = await open(
      { token: { artifact: "TwoStep", ownable: { owner: "council", twoStep: true } } },
      {},
      async (question) => asked.push(question) > 0 && answer,
    );
    await refusesWith(deployPolicy(withoutClock(context), confirm), "STOPPED");
    const [safe, token] = [await at("council"), await at("token")];
    const owner = () => context.client.readContract({ address: token, abi, functionName: "owner" });
    expect(await owner()).to.equal(DEPLOYER);
    answer = true;
    await deployPolicy(withoutClock(context), confirm);
    expect(await owner()).to.equal(safe);

    const executed = await context.client.getLogs({
      address: safe,
      event: parseAbi(["event ExecutionSuccess(bytes32 indexed txHash, uint256 payment)"])[0],
      fromBlock: 0n,
    });
    expect(executed).to.have.length(1);
    expect(asked).to.have.length(2);
    for (const text of [...asked, lines.join("\n")]) {
      expect(text)
        .to.include(executed[0]?.args.txHash)
        .and.include("domain hash")
        .and.include("message hash");
      expect(text).to.include("token.acceptOwnership()");
    }
  });

  it("behavior: Ownable2Step to a timelock is proposed and pending, never called proved, and done by a later run", async () => {
    const { context, at } = await open({
      token: { artifact: "TwoStep", ownable: { owner: "timelock", twoStep: true } },
    });
    const error = await refusesWith(deployPolicy(withoutClock(context), confirm), "HANDOVER_PENDING");
    expect(error.message).to.include("token: owner").and.include("Accept token as timelock");
    expect(error.message).to.match(/ready at \d{4}-/);
    expect(error.hint).to.include("`npx hardhat deploy` again at");
    const read = { address: await at("token"), abi } as const;
    const timelock = await at("timelock");
    expect(await context.client.readContract({ ...read, functionName: "owner" })).to.equal(DEPLOYER);
    expect(await context.client.readContract({ ...read, functionName: "pendingOwner" })).to.equal(timelock);

    // Too early: the same words, and nothing is proposed again.
    const nonces = async () =>
      Promise.all(
        [DEPLOYER, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" as const].map((address) =>
          context.client.getTransactionCount({ address }),
        ),
      );
    const before = await nonces();
    await refusesWith(deployPolicy(withoutClock(context), confirm), "HANDOVER_PENDING");
    expect(await nonces()).to.deep.equal(before);

    await context.passTime?.((await context.client.getBlock()).timestamp + 2n * DAY + 1n);
    const { manifest } = await deployPolicy(withoutClock(context), confirm);
    expect(manifest.handover).not.to.equal(null);
    expect(await context.client.readContract({ ...read, functionName: "owner" })).to.equal(timelock);
  });

  it("behavior: AccessControlDefaultAdminRules waits its delay, then is accepted; the embedded chain lets it pass", async () => {
    const contracts: PolicyInput["contracts"] = {
      ruled: {
        artifact: "Ruled",
        accessControl: {
          roles: { MINTER_ROLE: { members: ["alice"] } },
          defaultAdmin: { admin: "council", delay: "1 day" },
        },
      },
    };
    const { context, at, lines } = await open(contracts);
    const error = await refusesWith(deployPolicy(withoutClock(context), confirm), "HANDOVER_PENDING");
    expect(error.message)
      .to.include("default admin")
      .and.include("Accept the default admin of ruled as council");
    const address = await at("ruled");
    const [pending, schedule] = await context.client.readContract({
      address,
      abi,
      functionName: "pendingDefaultAdmin",
    });
    expect(pending).to.equal(await at("council"));
    expect(error.details.comeBackAt).to.equal(BigInt(schedule) + 1n);

    const { kept } = await deployPolicy(context, confirm);
    expect(kept).to.deep.equal([]);
    expect(lines.join("\n")).to.include("lets the time pass");
    expect(await context.client.readContract({ address, abi, functionName: "owner" })).to.equal(
      await at("council"),
    );
    const minter = await context.client.readContract({
      address,
      abi,
      functionName: "hasRole",
      args: [MINTER, DEPLOYER],
    });
    expect(minter).to.equal(false);
  });

  it("error: a contract whose holder the policy does not name is refused before anything is sent", async () => {
    const cases: [artifact: string, path: string, write: string][] = [
      ["Owned", "contracts.it.ownable", 'write ownable: "timelock"'],
      ["TwoStep", "contracts.it.ownable", 'write ownable: { owner: "timelock", twoStep: true }'],
      ["Roles", "contracts.it.accessControl.roles.DEFAULT_ADMIN_ROLE", 'members: ["timelock"]'],
      ["Ruled", "contracts.it.accessControl.defaultAdmin", 'defaultAdmin: { admin: "timelock"'],
      ["Admin", "contracts.it.ownable", 'write ownable: "timelock"'],
    ];
    for (const [artifact, path, write] of cases) {
      const { context } = await open({ it: { artifact } });
      const error = await refusesWith(deployPolicy(context, confirm), "POLICY_INVALID");
      expect(`${error.message} ${JSON.stringify(error.details)}`).to.include(path);
      expect(`${error.message}`).to.include(write);
      expect(await context.client.getBlockNumber()).to.equal(0n);
    }
  });

  it("behavior: an admin with an execution delay has it from the first block", async () => {
    const { context, at } = await open(undefined, {
      managers: { manager: { admin: { timelock: {}, council: { delay: "1 day" } }, grantDelay: "3 days" } },
    });
    await deployPolicy(context, confirm);
    const address = await at("manager");
    const council = await at("council");
    const ask = async (blockNumber: bigint) =>
      context.client.readContract({
        address,
        abi: managerAbi,
        functionName: "hasRole",
        args: [0n, council],
        blockNumber,
      });
    const last = await context.client.getBlockNumber();
    let first = last;
    while (await context.client.getCode({ address, blockNumber: first - 1n })) first -= 1n;
    for (const block of [first, last]) expect(await ask(block)).to.deep.equal([true, Number(DAY)]);
    expect(
      await context.client.readContract({
        address,
        abi: managerAbi,
        functionName: "getRoleGrantDelay",
        args: [0n],
        blockNumber: first,
      }),
    ).to.equal(Number(3n * DAY));
  });

  it("behavior: a deployer that the policy makes an admin with a delay gets the delay with the hand-over", async () => {
    const { context, at } = await open(undefined, {
      managers: { manager: { admin: { timelock: {}, deployer: { delay: "1 day" } }, grantDelay: "1 day" } },
    });
    const { kept } = await deployPolicy(context, confirm);
    expect(kept.map((r) => r.right)).to.deep.equal(["role 0 (ADMIN)"]);
    const answer = await context.client.readContract({
      address: await at("manager"),
      abi: managerAbi,
      functionName: "hasRole",
      args: [0n, DEPLOYER],
    });
    expect(answer).to.deep.equal([true, Number(DAY)]);
  });

  it("behavior: a closed contract is closed, and a timelock's post-conditions are taken up before it is done", async () => {
    const contracts: PolicyInput["contracts"] = {
      token: { artifact: "ExampleToken", args: ["council", "1 ether"] },
      vault: {
        artifact: "Vault",
        proxy: "uups",
        initializer: "initialize",
        args: ["manager", "token", "1 ether"],
        manager: "manager",
        closed: true,
      },
    };
    const { context, lines } = await open(contracts, {
      managers: { manager: { admin: "timelock" } },
      timelocks: {
        timelock: {
          ...(base.timelocks?.timelock as NonNullable<PolicyInput["timelocks"]>[string]),
          postConditions: [{ call: "token.totalSupply()", expect: { atMost: "2 ether" } }],
        },
      },
    });
    const error = await refusesWith(deployPolicy(withoutClock(context), confirm), "DEPLOYMENT_DIFFERS");
    expect(error.message)
      .to.match(/[cC]heck after every operation/)
      .and.to.match(/ready at \d{4}-/);
    expect(lines.join("\n")).to.include("vault is closed");
    const { manifest } = await deployPolicy(context, confirm);
    expect(manifest.handover).not.to.equal(null);
  });

  it("error: what differs at the end is listed, and the deployment is not called done", async () => {
    const { context } = await open({ owned: { artifact: "Owned", ownable: "timelock" } });
    const compile: DeployContext["compile"] = async (addresses) => {
      const desired = await context.compile(addresses);
      return {
        ...desired,
        contracts: desired.contracts.map((c) =>
          c.safe === undefined || addresses.timelock === undefined
            ? c
            : { ...c, safe: { ...c.safe, threshold: 3 } },
        ),
      };
    };
    const error = await refusesWith(deployPolicy({ ...context, compile }, confirm), "DEPLOYMENT_DIFFERS");
    expect(error.message).to.include("council");
    const manifest = JSON.parse((await context.files.read("manifest.json")) ?? "{}");
    expect(manifest.handover).to.equal(null);
  });
});
