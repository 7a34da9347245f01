/** The roles tasks as they are typed, on a deployment of the example policy that lives in this process. */
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, createPublicClient, custom, encodeFunctionData } from "viem";
import config from "../../hardhat.config.ts";
import { roleManagerAbi } from "../../src/abi/roleManager.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import { openOperationStore } from "../../src/operations/store/operationStore.ts";
import type { Carried } from "../../src/plugin/carryPlan.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import { deriveRoleId } from "../../src/policy/roleId.ts";
import type { TaskAction } from "../../tasks/define.ts";
import apply from "../../tasks/roles/apply.ts";
import grant from "../../tasks/roles/grant.ts";
import renew from "../../tasks/roles/renew.ts";
import revoke from "../../tasks/roles/revoke.ts";
import { refusesWith } from "../refusedWith.ts";

const ALICE: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const DAY = 86_400;

describe("roles tasks", function () {
  this.timeout(120_000);
  let hre: HardhatRuntimeEnvironment;
  let request: (method: string, ...params: unknown[]) => Promise<unknown>;
  let manager: Address;
  let timelock: Address;

  before(async () => {
    hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    const project = await openProject(hre, { state: "any" });
    const { manifest } = await deployPolicy(
      createDeployContext(project, () => {}),
      async () => {},
    );
    const addressOf = (wanted: string) => manifest.contracts.find(({ name }) => name === wanted)!.address;
    [manager, timelock] = [addressOf("manager"), addressOf("timelock")];
    request = (method, ...params) => project.connection.provider.request({ method, params });
  });

  const asked: string[] = [];
  const run = async (action: TaskAction, args: object) => {
    const options = {
      policy: "",
      simulator: "",
      acceptChangedEffects: false,
      acceptBrokenInvariants: false,
      dryRun: false,
      ...args,
    };
    const result = await action(options, {
      hre,
      json: true,
      progress: () => {},
      again: "npx hardhat roles",
      command: (text: string) => text,
      confirm: async (question) => asked.push(question) > 0,
    });
    return { ...result, data: result.data as Pick<Carried, "report" | "effects"> };
  };
  const grantLimiter = (more = {}) =>
    run(grant, {
      role: "limiter",
      principal: "alice",
      temporary: true,
      for: "",
      until: "2028-01-31",
      delay: "",
      ...more,
    });
  /** Beside what the deployment did for its accounts. */
  const files = async () => {
    const all = await openOperationStore((await openProject(hre)).files).list();
    return all.filter(({ route }) => route.kind !== "account");
  };
  const nonce = () => request("eth_getTransactionCount", ALICE, "latest");
  const passTime = async (seconds: number) => {
    await request("evm_increaseTime", seconds);
    await request("evm_mine");
  };
  const now = async () =>
    Number(((await request("eth_getBlockByNumber", "latest", false)) as { timestamp: string }).timestamp);
  const hasRole = async (role: string, account: Address) => {
    const client = createPublicClient({
      transport: custom({ request: ({ method, params }) => request(method, ...params) }),
    });
    const args = [deriveRoleId(role), account] as const;
    const [member] = await client.readContract({
      address: manager,
      abi: roleManagerAbi,
      functionName: "hasRole",
      args,
    });
    return member;
  };

  it("behavior: a dry run shows what the step would do, and sends nothing", async () => {
    const before = await nonce();
    const { text, data } = await grantLimiter({ dryRun: true });
    expect(text).to.match(/Simulation: it runs\./);
    expect(text).to.match(/!! manager .*role .* member alice .*until 1832889600/);
    expect(Object.values(data.effects)).to.have.length(1);
    expect([await nonce(), await files(), asked]).to.deep.equal([before, [], []]);
  });

  it("behavior: a grant through the timelock is bound to its effects, and their preimage is kept", async () => {
    const { data } = await grantLimiter();
    expect(data.report!.waiting).to.have.length(1);
    const [file] = await files();
    expect(file!.effectsHash).to.match(/^0x[0-9a-f]{64}$/);
    expect(JSON.stringify(file!.effects)).to.include("manager.role.");
    expect(file!.effectsText).to.include("Simulation: it runs.");
  });

  it("error: at its time it does something else: refused with the difference, and goes on only with the word", async () => {
    // Meanwhile she is given the role by other means, for an hour: what was to be new replaces something now.
    const until = (await now()) + 2 * DAY + 3_600;
    const data = encodeFunctionData({
      abi: roleManagerAbi,
      functionName: "grantRoleUntil",
      args: [deriveRoleId("limiter"), ALICE, 0, until],
    });
    await request("hardhat_impersonateAccount", timelock);
    await request("hardhat_setBalance", timelock, "0xde0b6b3a7640000");
    await request("eth_sendTransaction", { from: timelock, to: manager, data });
    await passTime(3 * DAY);

    const error = await refusesWith(grantLimiter(), "EFFECTS_CHANGED");
    expect(error.message)
      .to.match(/- admin: .*"from":null/)
      .and.to.match(/\+ admin: .*"from":"until \d+"/);
    expect(error.hint).to.include("--accept-changed-effects");
    expect(await hasRole("limiter", ALICE)).to.equal(false);

    const accepted = await grantLimiter({ acceptChangedEffects: true });
    expect(accepted.data.report!.executed).to.have.length(1);
    await passTime(2 * DAY + 1);
    expect(await hasRole("limiter", ALICE)).to.equal(true);
  });

  it("behavior: where nothing can simulate, power is taken away at once, and that is said", async () => {
    // What `simulateV1` needs, this chain lacks.
    const { data } = await run(revoke, { role: "pauser", principal: "watcher", simulator: "simulateV1" });
    expect(data.report!.executed).to.have.length(1);
    expect(data.effects).to.deep.equal({});
    const file = (await files()).find(({ title }) => title.includes("pauser"));
    expect([file!.effectsHash, file!.effectsText]).to.deep.equal([
      undefined,
      "!! Not simulated: no simulator answers",
    ]);
  });

  it("error: where nothing can simulate, power is not given", async () => {
    const count = (await files()).length;
    await refusesWith(
      run(grant, {
        role: "pauser",
        principal: "bob",
        temporary: true,
        for: "2h",
        until: "",
        delay: "",
        simulator: "simulateV1",
      }),
      "SIMULATION_IMPOSSIBLE",
    );
    expect((await files()).length).to.equal(count);
  });

  /** As the timelock, around these tasks. */
  const byTimelock = (
    functionName: "renewRole" | "revokeRole" | "grantRoleUntil",
    args: readonly unknown[],
  ) =>
    request("eth_sendTransaction", {
      from: timelock,
      to: manager,
      data: encodeFunctionData({ abi: roleManagerAbi, functionName, args } as never),
    });

  it("error: a renewal that would do something else at its time goes on only with the word", async () => {
    const renewing = (more = {}) =>
      run(renew, { role: "limiter", principal: "alice", until: "2029-01-31", ...more });
    expect((await renewing()).data.report!.waiting).to.have.length(1);
    await passTime(3 * DAY);
    // Another renewal is under way by then: what was to be new replaces something.
    await byTimelock("renewRole", [deriveRoleId("limiter"), ALICE, 1_850_000_000]);
    const error = await refusesWith(renewing(), "EFFECTS_CHANGED");
    expect(error.message).to.match(/\+ admin: .*"from":"1850000000".*renewal/);
    const accepted = await renewing({ acceptChangedEffects: true });
    expect(accepted.data.report!.executed).to.have.length(1);
  });

  it("error: a step of a plan that would do something else at its time goes on only with the word", async () => {
    const limiter = deriveRoleId("limiter");
    await byTimelock("revokeRole", [limiter, timelock]);
    expect((await run(apply, {})).data.report!.waiting).not.to.have.length(0);
    const until = (await now()) + 2 * DAY + 3_600;
    await byTimelock("grantRoleUntil", [limiter, timelock, 0, until]);
    await passTime(3 * DAY);
    // Steps that do not depend on it go on.
    const { refused } = (await run(apply, {})).data.report!;
    expect(refused.map(({ error }) => error.code)).to.deep.equal(["EFFECTS_CHANGED"]);
    expect(refused[0]!.error.message).to.match(/\+ admin: .*"from":"until \d+"/);
    expect(await hasRole("limiter", timelock)).to.equal(false);
    const accepted = await run(apply, { acceptChangedEffects: true });
    expect(accepted.data.report!.executed).not.to.have.length(0);
    await passTime(2 * DAY + 1);
    expect(await hasRole("limiter", timelock)).to.equal(true);
  });
});
