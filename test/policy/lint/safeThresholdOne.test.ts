import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint safe-threshold-one", () => {
  it("behavior: fires on a threshold of 1", () => {
    expect(findings("safe-threshold-one", { safes: { council: { threshold: 1 } } })).to.deep.equal([
      "council: any one of the 3 owners of council acts alone",
    ]);
  });

  it("behavior: is silent on 2 of 3", () => {
    expect(findings("safe-threshold-one", {})).to.deep.equal([]);
  });
});
