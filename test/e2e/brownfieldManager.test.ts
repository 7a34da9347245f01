/** Plain AccessManager and a ProxyAdmin of one key: imported as they are, then moved under a timelock. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Address, encodeFunctionData, toFunctionSelector } from "viem";
import { importPolicy } from "../../src/import/importPolicy.ts";
import { readForImport } from "../../src/import/readForImport.ts";
import { planChanges } from "../../src/plan/index.ts";
import { compilePolicy, type PolicyInput } from "../../src/policy/index.ts";
import { passTime } from "../operations/environment.ts";
import { deploy, expectNothingToDo, importAndCompile, reach, send } from "../plan/onChain.ts";
import { type Chain, connectChain, developmentAccount } from "../safe/localSafe.ts";
import { openzeppelin, peer } from "../snapshot/peers.ts";

const DAY = 86_400;
const SET = toFunctionSelector("set(uint256)");

describe("brownfield: AccessManager and ProxyAdmin", () => {
  const [owner, keeper, guardian] = [0, 1, 2].map((i) => developmentAccount(i).address) as [
    Address,
    Address,
    Address,
  ];
  const access = openzeppelin("AccessManager");
  let chain: Chain;
  let at: Record<"manager" | "box" | "shut" | "proxy" | "timelock", Address>;
  let names: Map<string, string>;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "portcullis-brownfield-"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    chain = await connectChain();
    const manager = await deploy(chain, access, [owner]);
    const logic = await deploy(chain, peer("OwnedUups"));
    const initialize = encodeFunctionData({
      abi: peer("OwnedUups").abi,
      functionName: "initialize",
      args: [keeper],
    });
    at = {
      manager,
      box: await deploy(chain, peer("ManagedBox"), [manager]),
      shut: await deploy(chain, peer("ManagedBox"), [manager]),
      proxy: await deploy(chain, openzeppelin("TransparentUpgradeableProxy"), [logic, owner, initialize]),
      timelock: await deploy(chain, openzeppelin("TimelockController"), [2 * DAY, [owner], [owner], owner]),
    };
    names = new Map([
      ...Object.entries(at).map(([name, address]) => [address, name] as const),
      [owner, "owner"],
      [keeper, "keeper"],
      [guardian, "watch"],
    ]);
    const set = (name: string, ...args: unknown[]) => send(chain, manager, access, name, args);
    await set("labelRole", 7n, "keeper");
    await set("setRoleGuardian", 7n, 8n);
    await set("setRoleAdmin", 7n, 9n);
    await set("setTargetFunctionRole", at.box, [SET], 7n);
    await set("setTargetFunctionRole", at.shut, [SET], 7n);
    await set("grantRole", 8n, guardian, 0);
    await set("grantRole", 9n, owner, 0);
    await set("grantRole", 7n, keeper, 3600);
    await set("setGrantDelay", 7n, DAY);
    await set("setTargetClosed", at.shut, true);
    await set("setTargetAdminDelay", at.box, 3 * DAY);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("behavior: while delays of it are on their way, it compiles back to what they will be", async () => {
    const snapshot = await read();
    const { desired, text } = await importAndCompile(snapshot, options(), folder);
    const plan = planChanges(desired, snapshot, { now: snapshot.block.timestamp });
    expect(plan.steps).to.deep.equal([]);
    expect(plan.findings).to.deep.equal([]);
    expect(plan.waits.map((wait) => wait.path)).to.deep.equal([
      "manager.roles.keeper.grantDelay",
      "manager.targets.box.adminDelay",
    ]);
    expect(text).to.match(/the grant delay of keeper becomes 1 day at/);
    expect(text).to.match(/the admin delay of box \(0x\w+\) becomes 3 days at/);
  });

  it("behavior: targets, roles, delays, guardians, admins, closed targets and the proxy's admin come back", async () => {
    await passTime(chain, 6 * DAY);
    const snapshot = await read();
    const { desired } = await importAndCompile(snapshot, options(), folder);
    expectNothingToDo(desired, snapshot);
    const state = desired.contracts.find((c) => c.name === "manager")?.manager;
    const role = state?.roles.find((r) => r.id === 7n);
    expect(role).to.deep.include({ admin: 9n, guardian: 8n, label: "keeper" });
    expect(role?.grantDelay.current).to.equal(BigInt(DAY));
    expect(role?.members.map((m) => [m.account, m.delay.current])).to.deep.equal([[keeper, 3600n]]);
    const targets = new Map(state?.targets.map((t) => [t.address, t]));
    expect(targets.get(at.shut)?.closed).to.equal(true);
    expect(targets.get(at.box)).to.deep.include({ closed: false, functions: [{ selector: SET, role: 7n }] });
    expect(targets.get(at.box)?.adminDelay.current).to.equal(BigInt(3 * DAY));
    expect(desired.contracts.find((c) => c.name === "proxyAdmin")?.ownable?.owner).to.equal(owner);
  });

  it("behavior: edited so that the timelock administers all of it, and the closed target opens, it gets there", async () => {
    const { policy } = importPolicy(await read(), options());
    const desired = compilePolicy(edit(policy), { network: "hardhat", chainId: 31337 });
    const done = await reach(chain, desired, read);
    expectNothingToDo(desired, await read());
    expect(done).to.include("Open shut for all roles of manager");
    const ask = (address: Address, artifact: { abi: never }, functionName: string, args: unknown[] = []) =>
      chain.reader.readContract({
        address,
        abi: artifact.abi,
        functionName,
        args,
      } as never) as Promise<unknown>;
    const manager = access as never;
    expect(await ask(at.manager, manager, "hasRole", [0n, owner])).to.deep.equal([false, 0]);
    expect(await ask(at.manager, manager, "hasRole", [0n, at.timelock])).to.deep.equal([true, 0]);
    expect(await ask(at.manager, manager, "isTargetClosed", [at.shut])).to.equal(false);
    const proxyAdmin = desired.contracts.find((c) => c.name === "proxyAdmin")?.address as Address;
    expect(await ask(proxyAdmin, peer("OwnedBox") as never, "owner")).to.equal(at.timelock);
    // Its own contract kept its owner: the policy said nothing else of it.
    expect(await ask(at.proxy, peer("OwnedBox") as never, "owner")).to.equal(keeper);
  }).timeout(60_000);

  const options = () => ({ name: "managed", network: "hardhat", tier: "development" as const, names });
  const read = () => readForImport(chain.reader, { addresses: [at.manager, at.proxy, at.timelock] });

  function edit(imported: Record<string, unknown>): PolicyInput {
    const policy = structuredClone(imported) as never as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    delete policy.principals;
    const accounts = { owner: 0, keeper: 1, watch: 2 };
    policy.signers = Object.fromEntries(
      Object.entries(accounts).map(([name, account]) => [name, { provider: "development", account }]),
    );
    Object.assign(policy.managers?.manager ?? {}, { admin: "timelock" });
    Object.assign(policy.roles?.role9 ?? {}, { grants: { timelock: {} } });
    Object.assign(policy.timelocks?.timelock ?? {}, { admins: [], executors: "anyone" });
    Object.assign(policy.contracts?.shut ?? {}, { closed: false });
    Object.assign(policy.contracts?.proxyAdmin ?? {}, { ownable: "timelock" });
    return policy as never as PolicyInput;
  }
});
