/** A small policy in which no lint fires, to be changed by each test in one place. */
import { type Abi, parseAbi } from "viem";
import { compilePolicy, lintPolicy, type PolicyInput } from "../../src/policy/index.ts";
import { mergeOverride } from "../../src/policy/merge.ts";
import type { NetworkInput } from "../../src/policy/schema/policy.ts";

export const artifacts: Record<string, { abi: Abi }> = {
  Token: {
    abi: parseAbi([
      "constructor(address holder, uint256 supply)",
      "function transfer(address to, uint256 amount)",
    ]),
  },
  Box: {
    abi: parseAbi([
      "function initialize(address authority, uint256 limit)",
      "function set(uint256 value)",
      "function take(address to)",
      "function take(address to, uint256 amount)",
      "function pause()",
      "function upgradeToAndCall(address code, bytes data) payable",
      "function value() view returns (uint256)",
      "function owner() view returns (address)",
    ]),
  },
};

export const examplePolicy: PolicyInput = {
  schema: 1,
  name: "box",
  networks: {
    hardhat: { chain: 31337, tier: "development" },
    mainnet: { chain: 1, tier: "production", signers: productionKeys() },
  },
  signers: {
    alice: { provider: "development", account: 1, holder: "Alice" },
    bob: { provider: "development", account: 2, holder: "Bob" },
    carol: { provider: "development", account: 3, holder: "Carol" },
    dave: { provider: "development", account: 4, holder: "Dave" },
    erin: { provider: "development", account: 5, holder: "Erin" },
    frank: { provider: "development", account: 6, holder: "Frank" },
    bot: { provider: "development", account: 7, holder: "Operations", rotateBy: "2027-06-30" },
  },
  safes: {
    council: { owners: ["alice", "bob", "carol"], threshold: 2 },
    guardians: { owners: ["dave", "erin", "frank"], threshold: 2 },
  },
  timelocks: {
    timelock: {
      delay: "2 days",
      floor: "1 day",
      ceiling: "30 days",
      expiry: "14 days",
      proposers: ["council"],
      executors: "anyone",
      cancellers: ["bot"],
      guardians: ["guardians"],
    },
  },
  managers: { manager: { admin: "timelock" } },
  contracts: {
    token: { artifact: "Token", args: ["council", "1000 ether"] },
    box: {
      artifact: "Box",
      proxy: "uups",
      initializer: "initialize",
      args: ["manager", "5 ether"],
      manager: "manager",
    },
  },
  roles: {
    upgrader: {
      may: { box: ["upgradeToAndCall"] },
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { timelock: {} },
    },
    operator: {
      may: { box: ["set", "take(address)", "take(address,uint256)"] },
      guardian: "guardian",
      grantDelay: "1 day",
      keyBound: true,
      grants: { bot: { delay: "1 hour", until: "2027-06-30" } },
    },
    pauser: { may: { box: ["pause"] }, guardian: "guardian", grants: { guardians: {} } },
    guardian: { guardian: "guardian", grantDelay: "2 days", grants: { guardians: {} } },
  },
};

/** 2026-11-22: what the tests call now. */
export const now = 1_795_305_600n;

export type Change = Omit<NetworkInput, "chain" | "tier">;

/** The example with `change` laid over it; null takes away. */
export function changed(change: Change): PolicyInput {
  return mergeOverride(examplePolicy, change) as PolicyInput;
}

export function compileExample(change: Change = {}, network = "hardhat") {
  return compilePolicy(changed(change), { network, artifacts, unresolved: "placeholder" });
}

/** "subject: message" of every finding of one lint. */
export function findings(id: string, change: Change = {}, network = "hardhat"): string[] {
  return lintPolicy(compileExample(change, network), { now })
    .filter((finding) => finding.id === id)
    .map((finding) => `${finding.subject}: ${finding.message}`);
}

function productionKeys(): NonNullable<NetworkInput["signers"]> {
  const addresses = {
    alice: "0x8ba1f109551bD432803012645Ac136ddd64DBA72",
    bob: "0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec",
    carol: "0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097",
    dave: "0xcd3B766CCDd6AE721141F452C550Ca635964ce71",
    erin: "0x2546BcD3c84621e976D8185a91A922aE77ECEc30",
    frank: "0xbDA5747bFD65F08deb54cb465eB87D40e51B197E",
    bot: "0xdD2FD4581271e230360230F9337D5c0430Bf44C0",
  };
  return Object.fromEntries(
    Object.entries(addresses).map(([name, address]) => [
      name,
      {
        provider: "hardhat-keystore",
        key: name.toUpperCase(),
        address,
        holder: name === "bot" ? "Operations" : name[0]?.toUpperCase() + name.slice(1),
        rotateBy: "2027-06-30",
      },
    ]),
  );
}
