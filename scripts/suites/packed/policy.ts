import { definePolicy } from "portcullis/policy";

export default definePolicy({
  schema: 1,
  name: "a-team",
  networks: { hardhat: { chain: 31337, tier: "development" } },
  signers: {
    deployer: { provider: "development", account: 0, holder: "Release engineering" },
    ann: { provider: "development", account: 1, holder: "Ann" },
    ben: { provider: "development", account: 2, holder: "Ben" },
    cleo: { provider: "development", account: 3, holder: "Cleo" },
    dan: { provider: "development", account: 4, holder: "Dan", rotateBy: "2028-06-30" },
    eve: { provider: "development", account: 5, holder: "Eve", rotateBy: "2028-06-30" },
  },
  safes: { council: { owners: ["ann", "ben", "cleo"], threshold: 2 } },
  timelocks: {
    timelock: {
      delay: "2 days",
      floor: "1 day",
      ceiling: "30 days",
      expiry: "14 days",
      proposers: ["council"],
      executors: ["council"],
      cancellers: ["eve"],
      guardians: ["dan"],
    },
  },
  managers: { manager: { admin: "timelock" } },
  contracts: { till: { artifact: "Till", args: ["manager"], manager: "manager" } },
  roles: {
    limiter: {
      may: { till: ["setLimit"] },
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { timelock: {} },
    },
    guardian: {
      guardian: "guardian",
      grantDelay: "2 days",
      grants: { dan: {}, eve: {} },
    },
  },
});
