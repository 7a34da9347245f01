import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint uncovered-function", () => {
  it("behavior: fires on a function that changes state and has no role", () => {
    expect(
      findings("uncovered-function", { roles: { operator: { may: { box: ["set", "take(address)"] } } } }),
    ).to.deep.equal(["box.take(address,uint256): no role may call box.take(address,uint256)"]);
  });

  it("behavior: is silent where the policy says that anyone may call it, or ADMIN", () => {
    expect(
      findings("uncovered-function", {
        roles: { operator: { may: { box: ["set"] } } },
        contracts: { box: { open: ["take(address)"], adminOnly: ["take(address,uint256)"] } },
      }),
    ).to.deep.equal([]);
  });

  it("behavior: is silent on what only reads, on the initializer and on contracts nobody manages", () => {
    expect(findings("uncovered-function", {})).to.deep.equal([]);
  });
});
