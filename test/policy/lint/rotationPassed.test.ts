import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint rotation-passed", () => {
  it("behavior: fires once the deadline is there", () => {
    expect(findings("rotation-passed", { signers: { bot: { rotateBy: "2026-11-22" } } })).to.deep.equal([
      "bot: bot should have been replaced by 2026-11-22",
    ]);
  });

  it("behavior: is silent before", () => {
    expect(findings("rotation-passed", { signers: { bot: { rotateBy: "2026-11-23" } } })).to.deep.equal([]);
  });
});
