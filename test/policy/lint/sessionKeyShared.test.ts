import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint session-key-shared", () => {
  it("behavior: fires for a key that has a part in something else", () => {
    expect(findings("session-key-shared", withSession({ key: "carol" }))).to.deep.equal([
      "keeper.daily: carol holds keeper.daily and has a part in council",
    ]);
  });

  it("behavior: fires for the owner's own key", () => {
    expect(findings("session-key-shared", withSession({ key: "alice" }))).to.include(
      "keeper.daily: alice holds keeper.daily and owns keeper itself",
    );
  });

  it("behavior: is silent for a key of its own", () => {
    expect(findings("session-key-shared", withSession())).to.deep.equal([]);
  });
});
