/** The small policy with an account and one session that no lint speaks of, to be changed in one place. */
import type { Change } from "../examplePolicy.ts";
import { wrong } from "../problems.ts";

const session = {
  key: "keeperKey",
  may: { token: { transfer: { to: { equals: "alice" } } } },
  until: "2027-06-30",
};

export const withSession = (more: object = {}): Change =>
  wrong({
    signers: { keeperKey: { provider: "development", account: 8, holder: "Machine" } },
    accounts: { keeper: { owner: "alice", sessions: { daily: { ...session, ...more } } } },
    contracts: { erc20: { at: "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72" } },
  });
