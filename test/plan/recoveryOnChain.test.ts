/** Plans about guardians, carried out on a chain as they say, until nothing is left to do. */
import { expect } from "chai";
import { type Address, type Hex, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { ecdsaSigner, toPortcullisAccount } from "../../src/accounts/index.ts";
import { type ApprovalFile, fileHeader } from "../../src/accounts/recovery/approvalFile.ts";
import { approve } from "../../src/accounts/recovery/approve.ts";
import { planSubmission } from "../../src/accounts/recovery/planCalls.ts";
import { readRecovery } from "../../src/accounts/recovery/readRecovery.ts";
import { encodeTerms, type RecoveryTerms } from "../../src/accounts/recovery/terms.ts";
import type { Call } from "../../src/operations/types.ts";
import { planChanges } from "../../src/plan/index.ts";
import type { Desired, DesiredContract } from "../../src/policy/desired.ts";
import { readSnapshot } from "../../src/snapshot/index.ts";
import { createLocalWorld, type LocalWorld } from "../accounts/localWorld.ts";
import { compileExample } from "../policy/examplePolicy.ts";
import { wrong } from "../policy/problems.ts";

const DAY = 86_400n;
const keys = Array.from({ length: 4 }, () => privateKeyToAccount(generatePrivateKey()));
const guardians = keys.map(({ address }, i) => ({
  name: `guardian${i}`,
  signer: address.toLowerCase() as Hex,
  weight: 1,
}));
const drafted = {
  threshold: 2,
  delay: 2n * DAY,
  expiry: 7n * DAY,
  vetoes: 3,
  refill: 30n * DAY,
  freeze: 0n,
  rest: 0n,
};

describe("plans about guardians, on a chain", function () {
  this.timeout(120_000);
  let world: LocalWorld;
  let module: Address;
  let keeper: Address;
  let owner: Address;
  let own: (calls: readonly Call[]) => Promise<unknown>;

  before(async () => {
    world = await createLocalWorld();
    module = (await world.deploy("GuardianRecovery")).address;
    const key = privateKeyToAccount(generatePrivateKey());
    owner = key.address;
    const smart = await toPortcullisAccount({
      client: world.client,
      owner: ecdsaSigner(key),
      origin: { factory: world.factoryOf("0.9") },
    });
    keeper = smart.address;
    await world.fund(keeper);
    const client = world.connect(smart);
    own = async (calls) => {
      const hash = await client.sendUserOperation({ calls: [...calls] });
      return client.waitForUserOperationReceipt({ hash });
    };
    // Created by its first operation.
    await own([{ to: owner, value: 0n, data: "0x" }]);
  });

  /** The policy's account, at the address it has here. */
  function declared(chosen: typeof guardians | undefined): Desired {
    const desired = compileExample(wrong({ accounts: { keeper: { owner: "alice" } } }));
    const found = desired.contracts.find(({ name }) => name === "keeper") as DesiredContract;
    const [alice] = desired.signers;
    const terms: RecoveryTerms = { ...drafted, guardians: chosen ?? [] };
    return {
      ...desired,
      signers: [
        { ...alice, address: owner } as Desired["signers"][number],
        { ...alice, name: "anyone", address: world.deployer } as Desired["signers"][number],
      ],
      contracts: [
        {
          ...found,
          address: keeper,
          account: { ...found.account, owner: owner.toLowerCase() } as DesiredContract["account"],
          ...(chosen === undefined
            ? {}
            : { recovery: { ...terms, guardians: chosen, module, terms: encodeTerms(terms) } }),
        } as DesiredContract,
      ],
    };
  }

  const look = async (desired: Desired) => {
    const snapshot = await readSnapshot(world.client, { addresses: [keeper] });
    return { plan: planChanges(desired, snapshot, { now: snapshot.block.timestamp }), snapshot };
  };

  /** Carries out what can be done now; returns how long it took in all (seconds), and what was done. */
  async function carry(desired: Desired): Promise<{ took: bigint; done: string[] }> {
    const begun = (await look(desired)).snapshot.block.timestamp;
    const done: string[] = [];
    for (;;) {
      const { plan, snapshot } = await look(desired);
      expect(plan.findings).to.deep.equal([]);
      const [step] = plan.steps;
      const now = snapshot.block.timestamp;
      if (step === undefined) return { took: now - begun, done };
      if (step.earliest.begin > now) {
        await world.passTime(Number(step.earliest.begin - now));
        continue;
      }
      if (step.route.kind === "account") await own(step.calls);
      else
        for (const { to, data } of step.calls)
          await world.wallet.sendTransaction({ account: world.deployer, to, data });
      done.push(step.route.kind);
    }
  }

  const stateNow = async () => {
    const account = (await look(declared(undefined))).snapshot.contracts[0]?.account;
    if (account === undefined) throw new Error("no account");
    return account;
  };

  it("behavior: guardians are installed at once, in one operation", async () => {
    const { done, took } = await carry(declared(guardians.slice(0, 3)));
    expect(done).to.deep.equal(["account"]);
    expect(took < 60n).to.equal(true);
    expect((await stateNow()).recoveryModule.toLowerCase()).to.equal(module.toLowerCase());
  });

  it("behavior: other guardians come after the contract's wait, and the account is never unguarded", async () => {
    const wish = declared(guardians.slice(1, 4));
    const before = (await stateNow()).recovery?.terms;
    const { plan } = await look(wish);
    expect(plan.steps).to.have.length(2);
    await own(plan.steps[0]?.calls ?? []);
    expect((await stateNow()).recovery?.terms).to.equal(before);
    const { done, took } = await carry(wish);
    expect(done).to.deep.equal(["direct"]);
    expect(took >= 12n * DAY - 60n).to.equal(true);
    expect((await stateNow()).recovery?.terms).to.equal(wish.contracts[0]?.recovery?.terms);
  });

  it("behavior: a change that the policy does not name any more is withdrawn", async () => {
    const { plan } = await look(declared(guardians.slice(0, 3)));
    await own(plan.steps[0]?.calls ?? []);
    expect((await stateNow()).recovery?.change).not.to.equal(undefined);
    const { done } = await carry(declared(guardians.slice(1, 4)));
    expect(done).to.deep.equal(["account"]);
    expect((await stateNow()).recovery?.change).to.equal(undefined);
  });

  it("behavior: guardians that the policy does not want are removed, after the same wait", async () => {
    const { done, took } = await carry(declared(undefined));
    expect(done).to.deep.equal(["account", "account"]);
    expect(took >= 12n * DAY - 60n).to.equal(true);
    expect((await stateNow()).recoveryModule).to.equal(zeroAddress);
  });

  it("behavior: the module is installed again, and nothing is left of the terms before", async () => {
    await carry(declared(guardians.slice(0, 3)));
    const { recovery } = await stateNow();
    expect(recovery?.terms).to.equal(declared(guardians.slice(0, 3)).contracts[0]?.recovery?.terms);
    expect(recovery?.change).to.equal(undefined);
  });

  it("behavior: a recovery to the owner that the policy names is carried out after its delay", async () => {
    const { address } = privateKeyToAccount(generatePrivateKey());
    const newOwner = address.toLowerCase() as Hex;
    const terms = (await stateNow()).recovery?.terms ?? "0x";
    const { nonce } = await readRecovery(world.client, { account: keeper, terms });
    const places = [{ chainId: 31_337, module, account: keeper, terms, nonce }];
    const deadline = world.now() + Number(DAY);
    let file: ApprovalFile = {
      ...fileHeader,
      action: "recover",
      places,
      newOwner,
      deadline,
      signatures: [],
    };
    for (const key of keys.slice(0, 2)) file = await approve(file, ecdsaSigner(key));
    const { to, data } = planSubmission(file, 31_337);
    await world.wallet.sendTransaction({ account: world.deployer, to, data });

    const before = await look(declared(guardians.slice(0, 3)));
    expect(before.plan.steps).to.deep.equal([]);
    expect(before.plan.findings[0]?.path).to.equal("keeper.recovery.request");
    owner = address;
    const { done, took } = await carry(declared(guardians.slice(0, 3)));
    expect(done).to.deep.equal(["direct"]);
    expect(took >= 2n * DAY - 60n).to.equal(true);
    expect((await stateNow()).owner).to.equal(newOwner);
  });
});
