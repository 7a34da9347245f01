import { expect } from "chai";
import type { Change } from "../examplePolicy.ts";
import { findings } from "../examplePolicy.ts";

/** Our own manager refuses such a role, a plain one does not. */
const PLAIN = (grantDelay: "1 hour" | "1 day"): Change => ({
  managers: {
    manager: { at: "hardhat:0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec", flavour: "openzeppelin" },
  },
  roles: {
    operator: { keyBound: false, grants: { bot: { until: null } } },
    slow: { grantDelay, grants: { alice: { delay: "1 day" } } },
  },
});

describe("lint short-grant-delay", () => {
  it("behavior: fires on a plain AccessManager whose grants are faster than its calls", () => {
    expect(findings("short-grant-delay", PLAIN("1 hour"))).to.deep.equal([
      "slow: alice waits 1 day, a new grant of slow only 1 hour",
    ]);
  });

  it("behavior: is silent where a grant takes as long", () => {
    expect(findings("short-grant-delay", PLAIN("1 day"))).to.deep.equal([]);
  });
});
