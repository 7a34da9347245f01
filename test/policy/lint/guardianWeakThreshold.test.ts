import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withGuardians } from "./guardianChange.ts";

describe("lint guardian-weak-threshold", () => {
  it("behavior: fires where half of the weight suffices", () => {
    const four = { dave: 1, erin: 1, frank: 1, bob: 1 };
    expect(findings("guardian-weak-threshold", withGuardians(four))).to.deep.equal([
      "keeper: keeper is recovered with 2 of 4",
    ]);
  });

  it("behavior: is silent for a majority", () => {
    expect(findings("guardian-weak-threshold", withGuardians())).to.deep.equal([]);
  });
});
