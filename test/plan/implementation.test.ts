/** Code that a policy names for a proxy is installed by whoever may: the beacon's owner, or the manager's role. */
import { expect } from "chai";
import { type Address, type Hex, keccak256, pad, toFunctionSelector } from "viem";
import { importPolicy } from "../../src/import/importPolicy.ts";
import { planChanges } from "../../src/plan/index.ts";
import { compilePolicy, type PolicyInput } from "../../src/policy/index.ts";
import { readSnapshot } from "../../src/snapshot/index.ts";
import { type Chain, connectChain, developmentAccount } from "../safe/localSafe.ts";
import { openzeppelin, peer } from "../snapshot/peers.ts";
import { deploy, reach, send } from "./onChain.ts";

const DAY = 86_400;
const [owner, keeper] = [developmentAccount(0).address, developmentAccount(1).address];
const names = new Map([
  [owner, "owner"],
  [keeper, "keeper"],
]);

describe("plan: code that the policy names", function () {
  this.timeout(60_000);
  let chain: Chain;

  before(async () => {
    chain = await connectChain();
  });

  /** What is there, but with `next` as the code of `proxy`. */
  async function installing(proxy: Address, next: Address) {
    const read = () => readSnapshot(chain.reader, { addresses: [proxy], follow: true });
    const snapshot = await read();
    const options = { name: "proxies", network: "hardhat", tier: "development" as const, names };
    const input = importPolicy(snapshot, options).policy as Record<string, unknown> & {
      contracts: Record<string, { at: string; proxy?: object }>;
    };
    for (const contract of Object.values(input.contracts)) {
      if (contract.at.endsWith(proxy))
        contract.proxy = { ...contract.proxy, implementation: `hardhat:${next}` };
    }
    input.principals = undefined;
    input.signers = {
      owner: { provider: "development", account: 0 },
      keeper: { provider: "development", account: 1 },
    };
    const desired = compilePolicy(input as never as PolicyInput, { network: "hardhat", chainId: 31337 });
    const codehash = keccak256((await chain.reader.getCode({ address: next })) as Hex);
    const checked = {
      proxy,
      implementation: next,
      safe: true as const,
      codehash,
      answersImplementation: false,
    };
    const now = snapshot.block.timestamp;
    const { steps } = planChanges(desired, snapshot, { now, implementations: [checked] });
    const done = await reach(chain, desired, read, { implementations: [checked] });
    const state = (await read()).contracts.find(({ address }) => address === proxy);
    return { steps, done, implementation: state?.proxy?.implementation };
  }

  it("behavior: behind a beacon its owner upgrades the beacon", async () => {
    const [logic, next] = [await deploy(chain, peer("OwnedUups")), await deploy(chain, peer("OwnedUups"))];
    const beacon = await deploy(chain, openzeppelin("UpgradeableBeacon"), [logic, keeper]);
    const proxy = await deploy(chain, openzeppelin("BeaconProxy"), [beacon, "0x"]);
    const { steps, done, implementation } = await installing(proxy, next);
    expect(steps.map(({ route, calls }) => [route, calls.map(({ to }) => to)])).to.deep.equal([
      [{ kind: "direct", from: keeper }, [beacon]],
    ]);
    expect(done).to.have.length(1);
    expect(implementation).to.equal(next);
  });

  it("behavior: of a managed proxy, who holds the role for it upgrades, after the delay of the grant", async () => {
    const access = openzeppelin("AccessManager");
    const manager = await deploy(chain, access, [owner]);
    const [logic, next] = [
      await deploy(chain, peer("ManagedBox"), [manager]),
      await deploy(chain, peer("ManagedBox"), [manager]),
    ];
    const proxy = await deploy(chain, openzeppelin("ERC1967Proxy"), [logic, toFunctionSelector("value()")]);
    // The constructor wrote the authority for the logic alone: behind a proxy it is slot 0.
    await chain.connection.provider.request({
      method: "hardhat_setStorageAt",
      params: [proxy, pad("0x0"), pad(manager)],
    });
    const upgrade = toFunctionSelector("upgradeToAndCall(address,bytes)");
    await send(chain, manager, access, "setTargetFunctionRole", [proxy, [upgrade], 7n]);
    await send(chain, manager, access, "grantRole", [7n, keeper, DAY]);
    const { steps, done, implementation } = await installing(proxy, next);
    expect(steps.map(({ route }) => route)).to.deep.equal([{ kind: "manager", manager, from: keeper }]);
    const [step] = steps;
    expect(Number(step!.earliest.done - step!.earliest.begin)).to.equal(DAY);
    expect(done).to.have.length(1);
    expect(implementation).to.equal(next);
  });
});
