import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint guardian-is-admin", () => {
  it("behavior: fires where the guardian is left to ADMIN, who grants", () => {
    expect(findings("guardian-is-admin", { roles: { operator: { guardian: "ADMIN" } } })).to.deep.equal([
      "operator: whoever can veto a grant of operator (ADMIN) also grants it (ADMIN)",
    ]);
  });

  it("behavior: fires where the guardians are the people behind the admin", () => {
    expect(
      findings("guardian-is-admin", { roles: { guardian: { grants: { guardians: null, council: {} } } } }),
    ).to.deep.equal([
      "guardian: whoever can veto a grant of guardian (guardian) also grants it (ADMIN)",
      "operator: whoever can veto a grant of operator (guardian) also grants it (ADMIN)",
      "pauser: whoever can veto a grant of pauser (guardian) also grants it (ADMIN)",
      "upgrader: whoever can veto a grant of upgrader (guardian) also grants it (ADMIN)",
    ]);
  });

  it("behavior: is silent where others guard", () => {
    expect(findings("guardian-is-admin", {})).to.deep.equal([]);
  });
});
