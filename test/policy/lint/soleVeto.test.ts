import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint sole-veto", () => {
  it("behavior: fires where the proposers could remove the one who stops them", () => {
    expect(
      findings("sole-veto", {
        timelocks: { timelock: { guardians: ["guardians"], cancellers: ["council", "guardians"] } },
      }),
    ).to.deep.equal([
      "timelock: guardians alone can stop what the proposers of timelock schedule, but not its own removal",
    ]);
  });

  it("behavior: is silent where another could stop that", () => {
    expect(
      findings("sole-veto", {
        timelocks: { timelock: { guardians: ["guardians"], cancellers: ["council", "bot"] } },
      }),
    ).to.deep.equal([]);
  });

  it("behavior: leaves a timelock without any independent veto to its own lint", () => {
    expect(
      findings("sole-veto", { timelocks: { timelock: { guardians: [], cancellers: ["council"] } } }),
    ).to.deep.equal([]);
  });
});
