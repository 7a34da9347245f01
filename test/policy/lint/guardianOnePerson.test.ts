import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withGuardians } from "./guardianChange.ts";

describe("lint guardian-one-person", () => {
  it("behavior: fires for two keys of one person", () => {
    expect(findings("guardian-one-person", withGuardians({ spare: 1, erin: 1 }))).to.deep.equal([
      "keeper: Erin recovers keeper alone, as erin and spare",
    ]);
  });

  it("behavior: is silent where a third is needed", () => {
    expect(findings("guardian-one-person", withGuardians({ spare: 1, erin: 1, dave: 1 }, 3))).to.deep.equal(
      [],
    );
  });

  it("behavior: is silent for three people", () => {
    expect(findings("guardian-one-person", withGuardians())).to.deep.equal([]);
  });
});
