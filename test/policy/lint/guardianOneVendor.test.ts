import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withGuardians } from "./guardianChange.ts";

describe("lint guardian-one-vendor", () => {
  it("behavior: fires for keys of one kind of store", () => {
    expect(findings("guardian-one-vendor", withGuardians({ first: 1, second: 1, dave: 1 }))).to.deep.equal([
      "keeper: guardians whose keys are in hardhat-keystore recover keeper without the others",
    ]);
  });

  it("behavior: is silent where another store is needed", () => {
    expect(findings("guardian-one-vendor", withGuardians({ first: 1, dave: 1 }))).to.deep.equal([]);
  });

  it("behavior: is silent for development keys", () => {
    expect(findings("guardian-one-vendor", withGuardians())).to.deep.equal([]);
  });
});
