import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint expired-grant", () => {
  it("behavior: fires on a grant that is over", () => {
    expect(
      findings("expired-grant", { roles: { operator: { grants: { bot: { until: "2026-11-22" } } } } }),
    ).to.deep.equal(["operator.bot: the grant of operator to bot ended on 2026-11-22"]);
  });

  it("behavior: is silent on the day before it ends", () => {
    expect(
      findings("expired-grant", { roles: { operator: { grants: { bot: { until: "2026-11-23" } } } } }),
    ).to.deep.equal([]);
  });
});
