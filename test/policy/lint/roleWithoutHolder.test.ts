import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint role-without-holder", () => {
  it("behavior: fires on a role nobody holds", () => {
    expect(
      findings("role-without-holder", { roles: { pauser: { grants: { guardians: null } } } }),
    ).to.deep.equal(["pauser: nobody holds pauser"]);
  });

  it("behavior: says what a guardian without holders guards", () => {
    expect(
      findings("role-without-holder", {
        roles: { guardian: { grants: { guardians: null } }, operator: { guardian: "ADMIN" } },
      }),
    ).to.deep.equal(["guardian: nobody holds guardian, and it is the guardian of pauser, upgrader"]);
  });

  it("behavior: is silent where each role is held", () => {
    expect(findings("role-without-holder", {})).to.deep.equal([]);
  });
});
