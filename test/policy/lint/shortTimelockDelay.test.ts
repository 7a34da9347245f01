import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint short-timelock-delay", () => {
  it("behavior: fires below an hour", () => {
    expect(
      findings("short-timelock-delay", {
        timelocks: { timelock: { delay: "10 minutes", floor: "1 minute" } },
      }),
    ).to.deep.equal(["timelock: timelock waits 600 seconds"]);
  });

  it("behavior: is silent from an hour on", () => {
    expect(
      findings("short-timelock-delay", { timelocks: { timelock: { delay: "1 hour", floor: "1 minute" } } }),
    ).to.deep.equal([]);
  });
});
