import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withGuardians } from "./guardianChange.ts";

describe("lint guardian-alone", () => {
  it("behavior: fires for a weight that suffices", () => {
    expect(findings("guardian-alone", withGuardians({ dave: 2, erin: 1 }))).to.deep.equal([
      "keeper: dave alone recovers keeper",
    ]);
  });

  it("behavior: a key that is no address counts by the name it was given", () => {
    const phone = { weight: 2, verifier: "token", key: "0x1234" } as never;
    expect(findings("guardian-alone", withGuardians({ phone, erin: 1 }))).to.deep.equal([
      "keeper: phone alone recovers keeper",
    ]);
  });

  it("behavior: is silent for two of three", () => {
    expect(findings("guardian-alone", withGuardians())).to.deep.equal([]);
  });
});
