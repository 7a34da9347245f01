/**
 * What `npx hardhat deploy` deploys when no policy is named: a vault under a timelock, a 3-of-5 council that proposes,
 * independent guardians that can only stop things, a treasurer whose key has to be bound and whose grant expires, and
 * an account whose bot acts by itself within limits and whose lost owner guardians replace.
 */
import { definePolicy } from "portcullis/policy";

export default definePolicy({
  schema: 1,
  name: "example",

  networks: {
    hardhat: { chain: 31337, tier: "development" },
    localhost: { chain: 31337, tier: "development" },
  },

  signers: {
    deployer: { provider: "development", account: 0, holder: "Release engineering" },
    alice: { provider: "development", account: 1, holder: "Alice", rotateBy: "2028-06-30" },
    bob: { provider: "development", account: 2, holder: "Bob" },
    carol: { provider: "development", account: 3, holder: "Carol" },
    dave: { provider: "development", account: 4, holder: "Dave" },
    erin: { provider: "development", account: 5, holder: "Erin" },
    frank: { provider: "development", account: 6, holder: "Frank" },
    grace: { provider: "development", account: 7, holder: "Grace" },
    heidi: { provider: "development", account: 8, holder: "Heidi" },
    treasury: { provider: "development", account: 9, holder: "Ivan", rotateBy: "2028-06-30" },
    watcher: { provider: "development", account: 10, holder: "Operations", rotateBy: "2028-06-30" },
    bot: { provider: "development", account: 11, holder: "The keeper's machine", rotateBy: "2028-06-30" },
  },

  safes: {
    council: { owners: ["alice", "bob", "carol", "dave", "erin"], threshold: 3 },
    guardians: { owners: ["frank", "grace", "heidi"], threshold: 2 },
  },

  timelocks: {
    timelock: {
      delay: "2 days",
      floor: "1 day",
      ceiling: "30 days",
      expiry: "14 days",
      proposers: ["council"],
      executors: ["council"],
      // The watcher can cancel too, so that the council cannot remove the guardians unopposed.
      cancellers: ["council", "guardians", "watcher"],
      guardians: ["guardians"],
    },
  },

  managers: {
    manager: { admin: "timelock" },
  },

  accounts: {
    // Operations' account; a bot does the daily part of its work by itself, and guardians replace a lost owner.
    keeper: {
      owner: "watcher",
      sessions: {
        daily: {
          key: "bot",
          may: {
            vault: { receive: {}, pause: {} },
            token: { transfer: { to: { equals: "vault" } } },
          },
          value: { perCall: "1 ether", perPeriod: "5 ether" },
          tokens: { token: { perPeriod: "1000 ether" } },
          period: "1 day",
          uses: 10_000,
          until: "2027-12-31",
          maxFeePerGas: "200 gwei",
          gasPerOperation: 500_000,
        },
      },
      recovery: {
        guardians: { frank: 1, grace: 1, heidi: 1 },
        threshold: 2,
        delay: "2 days",
        expiry: "7 days",
        freeze: "2 days",
        quarantine: { duration: "3 days", limit: "1 ether" },
      },
    },
  },

  contracts: {
    token: { artifact: "ExampleToken", args: ["council", "1000000 ether"] },
    vault: {
      artifact: "Vault",
      proxy: "uups",
      initializer: "initialize",
      args: ["manager", "token", "100 ether"],
      manager: "manager",
    },
  },

  roles: {
    upgrader: {
      description: "Replaces the vault's code; only the timelock, so every upgrade waits two days",
      may: { vault: ["upgradeToAndCall"] },
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { timelock: {} },
    },
    steward: {
      description: "Grants the daily roles after a wait, and revokes them at once",
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { council: { delay: "2 days" } },
    },
    treasurer: {
      description: "Moves funds within the limit",
      admin: "steward",
      may: { vault: ["withdraw", "withdrawToken"] },
      guardian: "guardian",
      grantDelay: "1 day",
      keyBound: true,
      grants: { treasury: { delay: "1 hour", until: "2028-06-30" } },
    },
    limiter: {
      description: "Sets the limit of withdrawals",
      may: { vault: ["setLimit", "setTokenLimit"] },
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { timelock: {} },
    },
    pauser: {
      description: "Stops the vault at once",
      admin: "steward",
      may: { vault: ["pause"] },
      guardian: "guardian",
      grants: { guardians: {}, keeper: { until: "2028-06-30" }, watcher: { until: "2028-06-30" } },
    },
    unpauser: {
      description: "Starts it again, after a look",
      admin: "steward",
      may: { vault: ["unpause"] },
      guardian: "guardian",
      grantDelay: "1 day",
      grants: { council: { delay: "1 day" } },
    },
    registrar: {
      description: "Confirms where a key lives before it can be used",
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { council: {} },
    },
    guardian: {
      description: "Vetoes grants and cancels operations; can move nothing",
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { guardians: {} },
    },
  },

  fees: { maxFeePerGas: "200 gwei", maxPriorityFeePerGas: "5 gwei", speed: "normal" },

  invariants: [{ call: "vault.allowance()", expect: { atMost: "1000 ether" } }],
});
