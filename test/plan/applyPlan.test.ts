import { expect } from "chai";
import { type Address, encodeDeployData, getAddress } from "viem";
import { importPolicy } from "../../src/import/importPolicy.ts";
import type { OperationStore } from "../../src/operations/store/operationStore.ts";
import { openApplyJournal } from "../../src/plan/applyJournal.ts";
import { type ApplyJournal, applyPlan, planChanges } from "../../src/plan/index.ts";
import { openMemoryFiles, type ProjectFiles } from "../../src/plugin/files.ts";
import { createStepExecutor } from "../../src/plugin/operate/carryStep.ts";
import { type Operations, openOperations } from "../../src/plugin/operate/open.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { compilePolicy, type PolicyInput } from "../../src/policy/index.ts";
import { readSnapshot } from "../../src/snapshot/index.ts";
import type { Sender } from "../../src/transactions/types.ts";
import { projectOf } from "../operations/environment.ts";
import { type Chain, connectChain, developmentAccount } from "../safe/localSafe.ts";
import { type Artifact, peer } from "../snapshot/peers.ts";

const [owner, next] = [developmentAccount(0).address, developmentAccount(1).address];

describe("applyPlan", () => {
  let chain: Chain;
  let addresses: Address[];
  let desired: Desired;

  before(async () => {
    chain = await connectChain();
    addresses = [
      await deploy(chain, peer("OwnedBox")),
      await deploy(chain, peer("TwoStepBox")),
      await deploy(chain, peer("RoleBox")),
    ];
    desired = await wish();
  });

  it("behavior: killed at any point and run again, it gets there and sends nothing twice", async () => {
    const start = await chain.connection.provider.request({ method: "evm_snapshot" });
    let id = start;
    let clean = 0n;
    let points = 0;
    for (let killAt = 0; ; killAt++) {
      const files = openMemoryFiles();
      const before = await nonces();
      const killer = new Killer(killAt === 0 ? Number.POSITIVE_INFINITY : killAt);
      let killed = false;
      try {
        await run(files, killer);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        killed = true;
      }
      if (killAt === 0) {
        clean = (await nonces()) - before;
        points = killer.count;
        expect(clean).to.equal(5n);
      } else {
        expect(killed, `point ${killAt}`).to.equal(true);
        await run(files, new Killer(Number.POSITIVE_INFINITY));
      }
      expect(await open(), `after a kill at point ${killAt}`).to.equal(0);
      expect((await nonces()) - before, `transactions after a kill at point ${killAt}`).to.equal(clean);
      await chain.connection.provider.request({ method: "evm_revert", params: [id] });
      id = await chain.connection.provider.request({ method: "evm_snapshot" });
      if (killAt >= points) break;
    }
    expect(points).to.be.greaterThan(20);
  }).timeout(60_000);

  it("behavior: what was applied and undone by hand is applied again", async () => {
    const files = openMemoryFiles();
    const forever = () => new Killer(Number.POSITIVE_INFINITY);
    await run(files, forever());
    const [vault] = addresses;
    const abi = peer("OwnedBox").abi;
    const hash = await chain.client.writeContract({
      account: next,
      address: vault as Address,
      abi,
      functionName: "transferOwnership",
      args: [owner],
    });
    await chain.client.waitForTransactionReceipt({ hash });
    expect(await open()).to.equal(1);
    const report = await run(files, forever());
    expect(report.executed.flatMap(({ step }) => step.titles)).to.have.length(1);
    expect(await open()).to.equal(0);
  }).timeout(30_000);

  const nonces = async () => {
    const counts = await Promise.all(
      [owner, next].map((address) => chain.client.getTransactionCount({ address })),
    );
    return counts.reduce((sum, count) => sum + BigInt(count), 0n);
  };

  async function open(): Promise<number> {
    const snapshot = await readSnapshot(chain.reader, { addresses });
    return planChanges(desired, snapshot, { now: snapshot.block.timestamp }).steps.length;
  }

  async function run(files: ProjectFiles, killer: Killer) {
    const project = projectOf(chain, [developmentAccount(0), developmentAccount(1)], desired, files);
    const snapshot = await readSnapshot(chain.reader, { addresses });
    const now = snapshot.block.timestamp;
    const plan = planChanges(desired, snapshot, { now });
    const opened = await openOperations({ ...project, sender: killer.sender(project.sender) }, snapshot);
    const store = killer.store(opened.store);
    const operations: Operations = {
      ...opened,
      store,
      environment: async (route) => ({ ...(await opened.environment(route)), store }),
    };
    const executor = createStepExecutor(operations, { now });
    return applyPlan(plan, executor, killer.journal(openApplyJournal(files)), { now });
  }

  /** The second key owns all of it. */
  async function wish(): Promise<Desired> {
    const snapshot = await readSnapshot(chain.reader, { addresses });
    const names = new Map([...addresses.map((a, i) => [a, `box${i}`] as const), [owner, "owner"] as const]);
    const { policy } = importPolicy(snapshot, {
      name: "boxes",
      network: "hardhat",
      tier: "development",
      names,
    });
    const input = policy as Record<string, Record<string, Record<string, unknown>>>;
    delete input.principals;
    input.signers = {
      owner: { provider: "development", account: 0 },
      next: { provider: "development", account: 1 },
    };
    const contracts = input.contracts ?? {};
    Object.assign(contracts.box0 ?? {}, { ownable: "next" });
    Object.assign(contracts.box1 ?? {}, { ownable: { owner: "next", twoStep: true } });
    Object.assign(contracts.box2 ?? {}, {
      accessControl: { roles: { DEFAULT_ADMIN_ROLE: { members: ["next"] } } },
    });
    return compilePolicy(input as never as PolicyInput, { network: "hardhat", chainId: 31337 });
  }
});

class Killed extends Error {}

/**
 * Ends the process, as far as a test can: throws after one of the writes and sends. What comes before the next of them leaves
 * nothing behind that outlives a process, so that to end there is to end here.
 */
class Killer {
  count = 0;
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  sender(sender: Sender): Sender {
    return { ...sender, send: (intent) => this.#around(() => sender.send(intent)) };
  }

  store(store: OperationStore): OperationStore {
    return { ...store, put: (file) => this.#around(() => store.put(file)) };
  }

  journal(journal: ApplyJournal): ApplyJournal {
    return { ...journal, put: (record) => this.#around(() => journal.put(record)) };
  }

  async #around<T>(act: () => Promise<T>): Promise<T> {
    const result = await act();
    this.#point();
    return result;
  }

  #point(): void {
    this.count++;
    if (this.count === this.#at) throw new Killed(`killed at point ${this.count}`);
  }
}

async function deploy(chain: Chain, { abi, bytecode }: Artifact): Promise<Address> {
  const data = encodeDeployData({ abi, bytecode, args: [owner] } as Parameters<typeof encodeDeployData>[0]);
  const hash = await chain.client.sendTransaction({ account: owner, data });
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("not deployed");
  return getAddress(contractAddress);
}
