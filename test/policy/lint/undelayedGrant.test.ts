import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint undelayed-grant", () => {
  it("behavior: fires where neither role nor admin waits", () => {
    expect(
      findings("undelayed-grant", {
        managers: { manager: { admin: "council" } },
        roles: { pauser: { grantDelay: "0 seconds" } },
      }),
    ).to.deep.equal(["pauser: council can grant pauser at once"]);
  });

  it("behavior: is silent where the role waits", () => {
    expect(
      findings("undelayed-grant", {
        managers: { manager: { admin: "council" } },
        roles: { pauser: { grantDelay: "1 day" } },
      }),
    ).to.deep.equal([]);
  });

  it("behavior: is silent where the admin is a timelock", () => {
    expect(findings("undelayed-grant", {})).to.deep.equal([]);
  });
});
