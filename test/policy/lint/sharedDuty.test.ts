import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint shared-duty", () => {
  it("behavior: fires where a person proposes and guards", () => {
    expect(
      findings("shared-duty", {
        safes: { guardians: { owners: ["alice", "erin", "frank"] } },
        roles: { upgrader: { guardian: "ADMIN" } },
      }),
    ).to.deep.equal(["timelock: Alice (alice) both proposes to timelock and is its guardian"]);
  });

  it("behavior: fires where the same person has two keys, one for each duty", () => {
    expect(findings("shared-duty", { signers: { bot: { holder: "Dave" } } })).to.deep.equal([
      "operator: Dave (dave, bot) both holds operator and is its guardian",
    ]);
  });

  it("behavior: is silent on roles that only stop: that is the guardian's own trade", () => {
    expect(findings("shared-duty", { roles: { pauser: { grants: { guardians: {} } } } })).to.deep.equal([]);
  });

  it("behavior: is silent where duties are apart", () => {
    expect(findings("shared-duty", {})).to.deep.equal([]);
  });
});
