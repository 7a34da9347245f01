import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint safe-weak-threshold", () => {
  it("behavior: fires on 2 of 5", () => {
    expect(
      findings("safe-weak-threshold", {
        safes: { council: { owners: ["alice", "bob", "carol", "dave", "erin"], threshold: 2 } },
      }),
    ).to.deep.equal(["council: council acts with 2 of 5"]);
  });

  it("behavior: is silent on 3 of 5", () => {
    expect(
      findings("safe-weak-threshold", {
        safes: { council: { owners: ["alice", "bob", "carol", "dave", "erin"], threshold: 3 } },
      }),
    ).to.deep.equal([]);
  });
});
