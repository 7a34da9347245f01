import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint session-any-arguments", () => {
  it("behavior: fires for arguments without rules", () => {
    expect(findings("session-any-arguments", withSession({ may: { token: ["transfer"] } }))).to.deep.equal([
      "keeper.daily: keeper.daily may call token.transfer with any arguments",
    ]);
  });

  it("behavior: is silent for a function without arguments", () => {
    expect(findings("session-any-arguments", withSession({ may: { box: ["pause"] } }))).to.deep.equal([]);
  });

  it("behavior: is silent under a cap", () => {
    expect(
      findings(
        "session-any-arguments",
        withSession({ may: { token: ["transfer"] }, tokens: { token: { perCall: "1 ether" } } }),
      ),
    ).to.deep.equal([]);
  });

  it("behavior: is silent with a rule", () => {
    expect(findings("session-any-arguments", withSession())).to.deep.equal([]);
  });
});
