import { expect } from "chai";
import { encodeEventTopics, erc20Abi, getAddress, type Hex, pad } from "viem";
import { guardianRecoveryAbi } from "../../../src/abi/guardianRecovery.ts";
import { accountsInLogs } from "../../../src/operations/simulate/accountsInLogs.ts";

const account = getAddress(`0x${"ab".repeat(20)}`);
const other = getAddress(`0x${"cd".repeat(20)}`);

describe("accountsInLogs", () => {
  it("behavior: names the account that a recovery module was called about", () => {
    for (const eventName of [
      "ChangeApplied",
      "RecoveryScheduled",
      "ChangeVetoed",
      "AccountUnfrozen",
    ] as const) {
      const topics = encodeEventTopics({ abi: guardianRecoveryAbi, eventName, args: { account } }) as Hex[];
      expect(accountsInLogs([{ topics }])).to.deep.equal([account]);
    }
  });

  it("behavior: passes over what other contracts say", () => {
    const args = { from: account, to: other };
    const topics = encodeEventTopics({ abi: erc20Abi, eventName: "Transfer", args }) as Hex[];
    expect(accountsInLogs([{ topics }, { topics: [] }, { topics: [pad(account)] }])).to.deep.equal([]);
  });
});
