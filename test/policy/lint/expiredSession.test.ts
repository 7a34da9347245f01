import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint expired-session", () => {
  it("behavior: fires for an end that has passed", () => {
    expect(findings("expired-session", withSession({ until: "2020-01-01" }))).to.deep.equal([
      "keeper.daily: keeper.daily is over since 2020-01-01",
    ]);
  });

  it("behavior: is silent before the end", () => {
    expect(findings("expired-session", withSession())).to.deep.equal([]);
  });
});
