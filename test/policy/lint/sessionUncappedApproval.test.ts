import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint session-uncapped-approval", () => {
  it("behavior: fires for a cap per period", () => {
    expect(
      findings(
        "session-uncapped-approval",
        withSession({
          may: { erc20: ["approve(address,uint256)"] },
          tokens: { erc20: { perPeriod: "1 ether" } },
          period: "1 day",
        }),
      ),
    ).to.deep.equal(["keeper.daily: keeper.daily may approve erc20 without a total"]);
  });

  it("behavior: is silent under a total", () => {
    expect(
      findings(
        "session-uncapped-approval",
        withSession({
          may: { erc20: ["approve(address,uint256)"] },
          tokens: { erc20: { total: "1 ether" } },
        }),
      ),
    ).to.deep.equal([]);
  });

  it("behavior: is silent without approvals", () => {
    expect(findings("session-uncapped-approval", withSession())).to.deep.equal([]);
  });
});
