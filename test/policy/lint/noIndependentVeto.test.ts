import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint no-independent-veto", () => {
  it("behavior: fires where nobody can cancel", () => {
    expect(
      findings("no-independent-veto", {
        timelocks: { timelock: { guardians: [], cancellers: [] } },
      }),
    ).to.deep.equal(["timelock: nobody can cancel what timelock holds"]);
  });

  it("behavior: fires where only the proposers can", () => {
    expect(
      findings("no-independent-veto", {
        timelocks: { timelock: { guardians: [], cancellers: ["council", "alice"] } },
      }),
    ).to.deep.equal(["timelock: only the proposers themselves can cancel what timelock holds"]);
  });

  it("behavior: is silent where others can", () => {
    expect(findings("no-independent-veto", {})).to.deep.equal([]);
  });
});
