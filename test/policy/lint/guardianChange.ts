/** The small policy with an account that two of three guardians recover, to be changed in one place. */
import type { Change } from "../examplePolicy.ts";
import { wrong } from "../problems.ts";

const KEY = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
const OTHER = "0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec";

export const withGuardians = (
  guardians: Record<string, number> = { dave: 1, erin: 1, frank: 1 },
  threshold = 2,
): Change =>
  wrong({
    signers: {
      spare: { provider: "development", account: 9, holder: "Erin" },
      backup: { provider: "development", account: 8, holder: "Alice" },
      first: { provider: "hardhat-keystore", key: "FIRST", address: KEY, holder: "Gina" },
      second: { provider: "hardhat-keystore", key: "SECOND", address: OTHER, holder: "Hugo" },
    },
    accounts: {
      keeper: { owner: "alice", recovery: { guardians, threshold, delay: "2 days", expiry: "7 days" } },
    },
  });
