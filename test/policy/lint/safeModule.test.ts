import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint safe-module", () => {
  it("behavior: fires on each module", () => {
    expect(findings("safe-module", { safes: { council: { modules: ["box"] } } })).to.deep.equal([
      "council: box acts for council without signatures",
    ]);
  });

  it("behavior: is silent without modules", () => {
    expect(findings("safe-module", {})).to.deep.equal([]);
  });
});
