import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint holder-missing", () => {
  it("behavior: fires on a key nobody is said to hold", () => {
    expect(findings("holder-missing", { signers: { bob: { holder: null } } })).to.deep.equal([
      "bob: nobody is said to hold bob",
    ]);
  });

  it("behavior: is silent where each has a holder", () => {
    expect(findings("holder-missing", {})).to.deep.equal([]);
  });
});
