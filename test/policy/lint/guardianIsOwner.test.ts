import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withGuardians } from "./guardianChange.ts";

describe("lint guardian-is-owner", () => {
  it("behavior: fires for the owner's own person", () => {
    expect(findings("guardian-is-owner", withGuardians({ backup: 1, erin: 1 }))).to.deep.equal([
      "keeper: backup guards keeper, and is its owner",
    ]);
  });

  it("behavior: is silent for others", () => {
    expect(findings("guardian-is-owner", withGuardians())).to.deep.equal([]);
  });
});
