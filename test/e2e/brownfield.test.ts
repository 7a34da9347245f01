/**
 * A vault owned by one key, in plain OpenZeppelin contracts: imported, planned, and moved under the timelock, while at
 * every block it is clear who owns it.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import {
  type Address,
  encodeDeployData,
  getAddress,
  keccak256,
  parseAbi,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { importPolicy } from "../../src/import/importPolicy.ts";
import { renderPolicy } from "../../src/import/renderPolicy.ts";
import { openApplyJournal } from "../../src/plan/applyJournal.ts";
import { applyPlan, describeDrift, planChanges } from "../../src/plan/index.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { createStepExecutor } from "../../src/plugin/operate/carryStep.ts";
import { foreseeSteps } from "../../src/plugin/operate/foreseeSteps.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { rehearsePlan } from "../../src/plugin/operate/rehearsePlan.ts";
import { compilePolicy, loadPolicy, type PolicyInput } from "../../src/policy/index.ts";
import { readSnapshot } from "../../src/snapshot/index.ts";
import { passTime, projectOf } from "../operations/environment.ts";
import { type Chain, connectChain, deployLocalSafe, developmentAccount } from "../safe/localSafe.ts";
import { type Artifact, openzeppelin, peer } from "../snapshot/peers.ts";

const DAY = 86_400n;
const OWNED = parseAbi([
  "function owner() view returns (address)",
  "function pendingOwner() view returns (address)",
]);
const ROLES = parseAbi([
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function defaultAdmin() view returns (address)",
  "function pendingDefaultAdmin() view returns (address newAdmin, uint48 schedule)",
]);

describe("brownfield: from one key to the timelock", () => {
  const owner = developmentAccount(0).address;
  let chain: Chain;
  let at: Record<"vault" | "twoStepVault" | "roleVault" | "ruledVault" | "timelock" | "council", Address>;
  let names: Map<string, string>;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "portcullis-brownfield-"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    chain = await connectChain();
    const safe = await deployLocalSafe(chain, 3, 2);
    at = {
      vault: await deploy(chain, peer("OwnedBox"), [owner]),
      twoStepVault: await deploy(chain, peer("TwoStepBox"), [owner]),
      roleVault: await deploy(chain, peer("RoleBox"), [owner]),
      ruledVault: await deploy(chain, peer("RulesBox"), [Number(DAY), owner]),
      timelock: await deploy(chain, openzeppelin("TimelockController"), [2n * DAY, [], [], owner]),
      council: safe.address,
    };
    names = new Map([
      ...Object.entries(at).map(([name, address]) => [address, name] as const),
      [owner, "owner"],
      ...safe.owners.map((o, i) => [o.address, ["alice", "bob", "carol"][i] ?? ""] as const),
    ]);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("behavior: what is imported compiles back to exactly what is there", async () => {
    const snapshot = await read();
    const policy = await loadRendered(renderPolicy(snapshot, { ...options(), from: source() }));
    const desired = compilePolicy(policy, { network: "hardhat", chainId: 31337 });
    expect(describeDrift(desired, snapshot)).to.deep.equal([]);
    expect(planChanges(desired, snapshot, { now: snapshot.block.timestamp })).to.deep.include({
      steps: [],
      waits: [],
      findings: [],
    });
  });

  it("behavior: edited so that the timelock owns all of it, it gets there with one clear owner at every block", async () => {
    const desired = compilePolicy(edit(importPolicy(await read(), options()).policy), {
      network: "hardhat",
      chainId: 31337,
    });
    const files = openMemoryFiles();
    const accounts = [0, 1, 2, 3].map(developmentAccount);
    const project = projectOf(chain, accounts, desired, files);
    const from = await chain.client.getBlockNumber();
    const done: string[] = [];

    for (let run = 0; run < 12; run++) {
      const snapshot = await read();
      const now = snapshot.block.timestamp;
      const plan = planChanges(desired, snapshot, { now });
      expect(plan.findings).to.deep.equal([]);
      if (plan.steps.length === 0) break;
      const operations = await openOperations(project, snapshot);
      const journal = openApplyJournal(files);
      const rehearsals = await foreseeSteps(
        operations,
        await rehearsePlan(operations, plan, { now }),
        journal,
        now,
      );
      expect(rehearsals.flatMap(({ refusal }) => refusal ?? [])).to.deep.equal([]);
      const agreed = new Map(rehearsals.map((rehearsal) => [rehearsal.step.id, rehearsal]));
      const executor = createStepExecutor(operations, { now, agreed });
      const report = await applyPlan(plan, executor, journal, { now });
      expect([report.elsewhere, report.refused]).to.deep.equal([[], []]);
      done.push(...report.executed.map(({ step }) => step.title));
      const back = report.comeBackAt ?? now;
      if (back > now) await passTime(chain, Number(back - now));
    }

    const last = await read();
    expect(planChanges(desired, last, { now: last.block.timestamp }).steps, done.join("\n")).to.deep.equal(
      [],
    );
    expect(describeDrift(desired, last)).to.deep.equal([]);
    await expectClearOwners(from);
    await expectTimelockOwnsAll();
  }).timeout(60_000);

  const options = () => ({ name: "brownfield", network: "hardhat", tier: "development" as const, names });
  const source = () => pathToFileURL(join(import.meta.dirname, "../../src/policy/index.ts")).href;
  const read = () => readSnapshot(chain.reader, { addresses: Object.values(at), follow: true });

  async function loadRendered(text: string): Promise<PolicyInput> {
    const path = join(folder, "imported.ts");
    await writeFile(path, text);
    return loadPolicy(path);
  }

  /** What a person does in an editor: says which keys are at hand, and who shall own what. */
  function edit(imported: Record<string, unknown>): PolicyInput {
    const policy = structuredClone(imported) as never as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    delete policy.principals;
    const accounts = { owner: 0, alice: 1, bob: 2, carol: 3 };
    policy.signers = Object.fromEntries(
      Object.entries(accounts).map(([name, account]) => [name, { provider: "development", account }]),
    );
    Object.assign(policy.timelocks?.timelock ?? {}, {
      proposers: ["council"],
      executors: "anyone",
      cancellers: ["council"],
      admins: [],
    });
    const contracts = policy.contracts ?? {};
    Object.assign(contracts.vault ?? {}, { ownable: "timelock" });
    Object.assign(contracts.twoStepVault ?? {}, { ownable: { owner: "timelock", twoStep: true } });
    Object.assign(contracts.roleVault ?? {}, {
      accessControl: {
        roles: { DEFAULT_ADMIN_ROLE: { members: ["timelock"] }, MINTER_ROLE: { members: ["council"] } },
      },
    });
    Object.assign(contracts.ruledVault ?? {}, {
      accessControl: { roles: {}, defaultAdmin: { admin: "timelock", delay: "1 day" } },
    });
    return policy as never as PolicyInput;
  }

  /** One owner, and a pending one only where it is the one that was meant. */
  async function expectClearOwners(from: bigint): Promise<void> {
    const allowed = [owner, at.timelock];
    const to = await chain.client.getBlockNumber();
    const ask = <T>(
      address: Address,
      abi: readonly unknown[],
      functionName: string,
      blockNumber: bigint,
      args: readonly unknown[] = [],
    ) => chain.reader.readContract({ address, abi, functionName, args, blockNumber } as never) as Promise<T>;
    for (let block = from; block <= to; block++) {
      expect(allowed).to.include(await ask<Address>(at.vault, OWNED, "owner", block));
      expect(allowed).to.include(await ask<Address>(at.twoStepVault, OWNED, "owner", block));
      expect([zeroAddress, at.timelock]).to.include(
        await ask<Address>(at.twoStepVault, OWNED, "pendingOwner", block),
      );
      const admins = await Promise.all(
        allowed.map((a) => ask<boolean>(at.roleVault, ROLES, "hasRole", block, [zeroHash, a])),
      );
      expect(admins).to.include(true);
      expect(allowed).to.include(await ask<Address>(at.ruledVault, ROLES, "defaultAdmin", block));
      const [pending] = await ask<[Address, number]>(at.ruledVault, ROLES, "pendingDefaultAdmin", block);
      expect([zeroAddress, at.timelock]).to.include(pending);
    }
  }

  async function expectTimelockOwnsAll(): Promise<void> {
    const ask = (address: Address, functionName: "owner") =>
      chain.reader.readContract({ address, abi: OWNED, functionName });
    expect(await ask(at.vault, "owner")).to.equal(at.timelock);
    expect(await ask(at.twoStepVault, "owner")).to.equal(at.timelock);
    const has = (address: Address, role: `0x${string}`, account: Address) =>
      chain.reader.readContract({ address, abi: ROLES, functionName: "hasRole", args: [role, account] });
    expect(await has(at.roleVault, zeroHash, owner)).to.equal(false);
    expect(await has(at.roleVault, keccak256(stringToHex("MINTER_ROLE")), at.council)).to.equal(true);
    expect(await has(at.timelock, zeroHash, owner)).to.equal(false);
    expect(
      await chain.reader.readContract({ address: at.ruledVault, abi: ROLES, functionName: "defaultAdmin" }),
    ).to.equal(at.timelock);
  }
});

async function deploy(chain: Chain, { abi, bytecode }: Artifact, args: readonly unknown[]): Promise<Address> {
  const data = encodeDeployData({ abi, bytecode, args } as Parameters<typeof encodeDeployData>[0]);
  const hash = await chain.client.sendTransaction({ account: developmentAccount(0).address, data });
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("not deployed");
  return getAddress(contractAddress);
}
