/** One policy for three networks, with what differs said once. */
import { expect } from "chai";
import { getAddress, zeroHash } from "viem";
import { describeDrift, planChanges } from "../../src/plan/index.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { compilePolicy, lintPolicy, type PolicyInput } from "../../src/policy/index.ts";
import type { Snapshot } from "../../src/snapshot/types.ts";
import { refusesWith } from "../refusedWith.ts";
import { now } from "./examplePolicy.ts";

const DAY = 86_400n;
const address = (n: number) => getAddress(`0x${n.toString(16).padStart(40, "0")}`);
const key = (name: string, n: number) => ({
  provider: "hardhat-keystore" as const,
  key: name.toUpperCase(),
  address: address(n),
  holder: name,
  rotateBy: "2027-06-30" as const,
});
const place = (prefix: string, offset: number) => ({
  timelocks: { timelock: { at: `${prefix}:${address(offset + 1)}` } },
  contracts: { vault: { at: `${prefix}:${address(offset + 2)}` } },
});

const policy: PolicyInput = {
  schema: 1,
  name: "three",
  networks: {
    localhost: { chain: 31337, tier: "development", ...place("hardhat", 0x100) },
    mainnet: {
      chain: 1,
      tier: "production",
      signers: { alice: key("alice", 0xa1), bob: key("bob", 0xb1), carol: key("carol", 0xc1) },
      timelocks: { timelock: { at: `eth:${address(0x201)}`, delay: "3 days", cancellers: ["bob", "carol"] } },
      contracts: { vault: { at: `eth:${address(0x202)}` } },
    },
    base: {
      chain: 8453,
      tier: "production",
      signers: { alice: key("alice", 0xa2), bob: key("bob", 0xb2), carol: null },
      ...place("base", 0x300),
      safes: { council: { at: `base:${address(0x303)}`, owners: ["alice", "bob"] } },
    },
  },
  signers: {
    alice: { provider: "development", account: 1, holder: "alice" },
    bob: { provider: "development", account: 2, holder: "bob" },
    carol: { provider: "development", account: 3, holder: "carol" },
  },
  safes: { council: { owners: ["alice", "bob", "carol"], threshold: 2 } },
  timelocks: {
    timelock: {
      at: `hardhat:${address(0x101)}`,
      flavour: "openzeppelin",
      delay: "1 day",
      proposers: ["council"],
      executors: "anyone",
      cancellers: ["bob"],
    },
  },
  contracts: { vault: { at: `hardhat:${address(0x102)}`, ownable: "timelock" } },
};
const chains = { localhost: 31337, mainnet: 1, base: 8453 } as const;
type Network = keyof typeof chains;
const networks = Object.keys(chains) as Network[];

const compile = (network: Network, input = policy) =>
  compilePolicy(input, {
    network,
    chainId: chains[network],
    addresses: { council: address(chains[network]) },
  });
const stateOf = (desired: Desired, name: string) => desired.contracts.find((c) => c.name === name);
/** What the chain has when all of it is as the policy says. */
const reached = (desired: Desired): Snapshot => ({
  chainId: desired.chainId,
  block: { number: 1n, hash: zeroHash, timestamp: now },
  contracts: desired.contracts.map((contract) => ({ ...contract, codehash: zeroHash })),
});

describe("one policy, three networks", () => {
  it("behavior: each network has its own delay, owners, keys, tier and addresses, and the rest in common", () => {
    const [localhost, mainnet, base] = networks.map((network) => compile(network)) as [
      Desired,
      Desired,
      Desired,
    ];
    expect(
      [localhost, mainnet, base].map((d) => stateOf(d, "timelock")?.timelock?.delay.current),
    ).to.deep.equal([DAY, 3n * DAY, DAY]);
    expect(
      [localhost, mainnet, base].map((d) => stateOf(d, "timelock")?.timelock?.cancellers.length),
    ).to.deep.equal([1, 2, 1]);
    expect([localhost, mainnet, base].map((d) => d.tier)).to.deep.equal([
      "development",
      "production",
      "production",
    ]);
    expect(stateOf(mainnet, "council")?.safe?.owners).to.deep.equal([0xa1, 0xb1, 0xc1].map(address));
    expect(stateOf(base, "council")?.safe?.owners).to.deep.equal([0xa2, 0xb2].map(address));
    expect([localhost, mainnet, base].map((d) => stateOf(d, "vault")?.address)).to.deep.equal(
      [0x102, 0x202, 0x302].map(address),
    );
    for (const desired of [localhost, mainnet, base])
      expect(stateOf(desired, "vault")?.ownable?.owner).to.equal(stateOf(desired, "timelock")?.address);
    expect(new Set([localhost, mainnet, base].map((d) => d.policyHash)).size).to.equal(3);
  });

  it("behavior: each is judged by its own tier", () => {
    const keyless = structuredClone(policy);
    for (const network of ["mainnet", "base"] as const)
      Object.assign(keyless.networks[network]?.signers?.alice ?? {}, { tier: "staging" });
    const below = networks.map(
      (network) =>
        lintPolicy(compile(network, keyless), { now }).find((f) => f.id === "key-below-tier")?.severity,
    );
    expect(below).to.deep.equal([undefined, "error", "error"]);
  });

  it("behavior: where one network is as it should be, its plan is empty, and another one's is not", () => {
    for (const network of networks) {
      const desired = compile(network);
      expect(planChanges(desired, reached(desired), { now }).steps, network).to.deep.equal([]);
      expect(describeDrift(desired, reached(desired)), network).to.deep.equal([]);
    }
    const mainnet = compile("mainnet");
    const slow = reached(mainnet);
    const fast = {
      ...slow,
      contracts: slow.contracts.map((c) =>
        c.timelock === undefined
          ? c
          : { ...c, timelock: { ...c.timelock, delay: { current: DAY, pending: DAY, effect: 0n } } },
      ),
    };
    expect(describeDrift(mainnet, fast).map((d) => [d.path, d.wanted, d.found])).to.deep.equal([
      ["timelock.delay", "3 days", "1 day"],
    ]);
  });

  it("error: an address with another network's prefix", async () => {
    const wrong = structuredClone(policy);
    Object.assign(wrong.networks.base?.contracts?.vault ?? {}, { at: `eth:${address(0x302)}` });
    expect(() => compile("base", wrong)).to.throw(/contracts\.vault\.at/);
    await refusesWith(
      Promise.resolve().then(() => compile("base", wrong)),
      "POLICY_INVALID",
    );
    // The other networks do not look at it.
    for (const network of ["localhost", "mainnet"] as const)
      expect(() => compile(network, wrong)).not.to.throw();
  });

  it("error: a node of another chain than the network's", () => {
    expect(() => compilePolicy(policy, { network: "base", chainId: 1 })).to.throw(
      /chain 1; the policy says 8453/,
    );
  });
});
