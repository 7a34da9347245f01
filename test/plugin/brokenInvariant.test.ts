/** An emergency: what the policy declares is broken on the chain already, by whatever way. It can be stopped and mended. */
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, encodeFunctionData, parseAbi, parseEther } from "viem";
import config from "../../hardhat.config.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import type { Carried } from "../../src/plugin/carryPlan.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject, type Project } from "../../src/plugin/project.ts";
import { deriveRoleId } from "../../src/policy/roleId.ts";
import type { TaskAction } from "../../tasks/define.ts";
import pause from "../../tasks/pause.ts";
import grant from "../../tasks/roles/grant.ts";
import revoke from "../../tasks/roles/revoke.ts";
import execute from "../../tasks/timelock/execute.ts";
import propose from "../../tasks/timelock/propose.ts";
import unpause from "../../tasks/unpause.ts";
import { refusesWith } from "../refusedWith.ts";

const abi = parseAbi(["function setLimit(uint256)", "function paused() view returns (bool)"]);

describe("a broken invariant", function () {
  this.timeout(180_000);
  let hre: HardhatRuntimeEnvironment;
  let project: Project;
  let vault: Address;
  let timelock: Address;
  let request: (method: string, ...params: unknown[]) => Promise<unknown>;

  before(async () => {
    hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    project = await openProject(hre, { state: "any" });
    const { manifest } = await deployPolicy(
      createDeployContext(project, () => {}),
      async () => {},
    );
    const addressOf = (wanted: string) => manifest.contracts.find(({ name }) => name === wanted)!.address;
    [vault, timelock] = [addressOf("vault"), addressOf("timelock")];
    request = (method, ...params) => project.connection.provider.request({ method, params });
    // The policy allows 1,000 ether. Whoever raised it went around these tasks.
    const data = encodeFunctionData({ abi, functionName: "setLimit", args: [parseEther("2000")] });
    await request("hardhat_impersonateAccount", timelock);
    await request("hardhat_setBalance", timelock, "0xde0b6b3a7640000");
    await request("eth_sendTransaction", { from: timelock, to: vault, data });
  });

  const run = async (action: TaskAction, args: object) =>
    action(
      {
        policy: "",
        simulator: "",
        service: "none",
        safeNonce: "",
        as: "",
        reason: "r",
        timelock: "",
        plan: "",
        deadline: "",
        resume: "",
        export: "",
        acceptChangedEffects: false,
        acceptChangedPolicy: false,
        acceptBrokenInvariants: false,
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
  const proposed = (call: string, title: string, more = {}) => run(propose, { call, title, ...more });
  const paused = () => project.client.readContract({ address: vault, abi, functionName: "paused" });

  it("behavior: the vault is paused at once, and the person reads what is broken", async () => {
    const { text } = await run(pause, { contract: "vault", as: "watcher" });
    expect(text).to.match(
      /!! STILL BROKEN vault\.allowance\(\): expected at most 1000\d{18}, got 2000\d{18}/,
    );
    expect(await paused()).to.equal(true);
  });

  it("behavior: a role is revoked", async () => {
    const { data } = await run(revoke, { role: "pauser", principal: "watcher" });
    expect((data as Carried).report!.executed).to.have.length(1);
  });

  it("error: power is given only with the word", async () => {
    const options = { role: "limiter", principal: "alice", temporary: true, until: "2028-01-31" };
    const granting = (more = {}) => run(grant, { ...options, for: "", delay: "", ...more });
    await refusesWith(granting(), "INVARIANT_ALREADY_BROKEN");
    const { data } = await granting({ acceptBrokenInvariants: true });
    expect((data as Carried).report!.waiting).to.have.length(1);
  });

  it("error: the vault is started again only with the word", async () => {
    await refusesWith(run(unpause, { contract: "vault" }), "INVARIANT_ALREADY_BROKEN");
  });

  it("error: what makes it worse goes with no word", async () => {
    const worse = (more = {}) => proposed("vault.setLimit(2001 ether)", "More", more);
    await refusesWith(worse(), "INVARIANT_BROKEN");
    await refusesWith(worse({ acceptBrokenInvariants: true }), "INVARIANT_BROKEN");
  });

  it("error: nothing hides behind what tightens", async () => {
    const role = deriveRoleId("upgrader");
    const taking = `manager.revokeRole(${role}, timelock)`;
    const { text } = await proposed(taking, "Alone", { dryRun: true });
    expect(text).to.include("STILL BROKEN");
    await refusesWith(proposed(`${taking}; vault.setLimit(1500 ether)`, "Both"), "INVARIANT_ALREADY_BROKEN");
  });

  it("behavior: what mends it is proposed and executed, and then all goes as ever", async () => {
    const { text } = await proposed("vault.setLimit(50 ether)", "Mend");
    expect(text).to.match(/\+ MENDED vault\.allowance\(\): 50\d{18}, and was 2000\d{18}/);
    await request("evm_increaseTime", 172_801);
    await request("evm_mine");
    await run(execute, { id: "Mend" });
    const { data } = await run(unpause, { contract: "vault" });
    expect(data).to.have.property("status", "waiting");
  });
});
