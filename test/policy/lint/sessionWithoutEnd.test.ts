import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint session-without-end", () => {
  it("behavior: fires without an end", () => {
    expect(findings("session-without-end", withSession({ until: undefined }))).to.deep.equal([
      "keeper.daily: keeper.daily never ends",
    ]);
  });

  it("behavior: is silent with one", () => {
    expect(findings("session-without-end", withSession())).to.deep.equal([]);
  });
});
