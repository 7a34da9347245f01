import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint shared-safe-owner", () => {
  it("behavior: fires where one person holds two owner keys", () => {
    expect(findings("shared-safe-owner", { signers: { bob: { holder: "Alice" } } })).to.deep.equal([
      "council: Alice is behind 2 owners of council: alice, bob",
    ]);
  });

  it("behavior: fires where a person is an owner and an owner of an owner", () => {
    expect(
      findings("shared-safe-owner", { safes: { council: { owners: ["alice", "dave", "guardians"] } } }),
    ).to.deep.equal(["council: Dave is behind 2 owners of council: dave, guardians"]);
  });

  it("behavior: is silent where each key has a holder of its own", () => {
    expect(findings("shared-safe-owner", {})).to.deep.equal([]);
  });
});
