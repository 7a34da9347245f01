import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint open-proposer", () => {
  it("behavior: fires on a contract as proposer", () => {
    expect(
      findings("open-proposer", { timelocks: { timelock: { proposers: ["council", "token"] } } }),
    ).to.deep.equal([
      "timelock: token, which proposes to timelock, is a contract that others may be able to make call",
    ]);
  });

  it("behavior: is silent on Safes and keys", () => {
    expect(
      findings("open-proposer", { timelocks: { timelock: { proposers: ["council", "alice"] } } }),
    ).to.deep.equal([]);
  });
});
