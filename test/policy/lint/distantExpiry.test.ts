import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint distant-expiry", () => {
  it("behavior: fires beyond two years", () => {
    expect(
      findings("distant-expiry", { roles: { operator: { grants: { bot: { until: "2029-01-01" } } } } }),
    ).to.deep.equal(["operator.bot: bot holds operator until 2029-01-01"]);
  });

  it("behavior: is silent within two years", () => {
    expect(
      findings("distant-expiry", { roles: { operator: { grants: { bot: { until: "2028-11-01" } } } } }),
    ).to.deep.equal([]);
  });
});
