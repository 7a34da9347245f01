import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint permanent-production-key", () => {
  it("behavior: fires on a production key whose grant never ends", () => {
    expect(
      findings(
        "permanent-production-key",
        { roles: { operator: { grants: { bot: { until: null } } } } },
        "mainnet",
      ),
    ).to.deep.equal(["operator.bot: bot holds operator for ever"]);
  });

  it("behavior: is silent on development keys", () => {
    expect(
      findings("permanent-production-key", { roles: { operator: { grants: { bot: { until: null } } } } }),
    ).to.deep.equal([]);
  });

  it("behavior: is silent where the grant ends", () => {
    expect(findings("permanent-production-key", {}, "mainnet")).to.deep.equal([]);
  });
});
