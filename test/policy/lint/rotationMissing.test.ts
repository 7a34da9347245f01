import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint rotation-missing", () => {
  it("behavior: fires on a key of a key-bound role without a deadline", () => {
    expect(findings("rotation-missing", { signers: { bot: { rotateBy: null } } })).to.deep.equal([
      "bot: bot holds a key-bound role and has no rotation deadline",
    ]);
  });

  it("behavior: is silent on keys of other roles", () => {
    expect(findings("rotation-missing", {})).to.deep.equal([]);
  });
});
