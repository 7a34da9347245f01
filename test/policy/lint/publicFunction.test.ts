import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint public-function", () => {
  it("behavior: fires on a function of PUBLIC", () => {
    expect(
      findings("public-function", {
        roles: {
          operator: { may: { box: ["take(address)", "take(address,uint256)"] } },
          PUBLIC: { may: { box: ["set"] } },
        },
      }),
    ).to.deep.equal(["box.set: anyone may call box.set"]);
  });

  it("behavior: is silent without one", () => {
    expect(findings("public-function", {})).to.deep.equal([]);
  });
});
