import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint safe-same-owners", () => {
  it("behavior: fires where two Safes have the same people, in any order and with other keys", () => {
    expect(
      findings("safe-same-owners", {
        signers: { dave: { holder: "Alice" } },
        safes: { guardians: { owners: ["carol", "dave", "bob"] } },
      }),
    ).to.deep.equal(["guardians: guardians has the same owners as council"]);
  });

  it("behavior: is silent where one person differs", () => {
    expect(
      findings("safe-same-owners", { safes: { guardians: { owners: ["alice", "bob", "dave"] } } }),
    ).to.deep.equal([]);
  });
});
