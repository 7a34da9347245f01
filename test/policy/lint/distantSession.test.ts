import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint distant-session", () => {
  it("behavior: fires beyond two years", () => {
    expect(findings("distant-session", withSession({ until: "2030-01-02" }))).to.deep.equal([
      "keeper.daily: keeper.daily lasts until 2030-01-01T23:59:59Z",
    ]);
  });

  it("behavior: is silent within two years", () => {
    expect(findings("distant-session", withSession())).to.deep.equal([]);
  });

  it("behavior: is silent without an end, of which another lint speaks", () => {
    expect(findings("distant-session", withSession({ until: undefined }))).to.deep.equal([]);
  });
});
