import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint undelayed-admin", () => {
  it("behavior: fires where a Safe is ADMIN with nothing in between", () => {
    expect(findings("undelayed-admin", { managers: { manager: { admin: "council" } } })).to.deep.equal([
      "manager: council is ADMIN of manager and acts without any delay",
    ]);
  });

  it("behavior: is silent where the grant itself waits", () => {
    expect(
      findings("undelayed-admin", {
        managers: { manager: { grantDelay: "1 day", admin: { council: { delay: "1 day" } } } },
      }),
    ).to.deep.equal([]);
  });

  it("behavior: is silent on a timelock", () => {
    expect(findings("undelayed-admin", {})).to.deep.equal([]);
  });
});
