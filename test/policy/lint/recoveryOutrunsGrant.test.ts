import { expect } from "chai";
import { mergeOverride } from "../../../src/policy/merge.ts";
import type { Change } from "../examplePolicy.ts";
import { findings } from "../examplePolicy.ts";
import { wrong } from "../problems.ts";
import { withGuardians } from "./guardianChange.ts";

/** An account recovered after two days holds a role. */
const holding = (grantDelay: string): Change =>
  mergeOverride(
    withGuardians(),
    wrong({ roles: { slow: { grantDelay, grants: { keeper: {} } } } }),
  ) as Change;

describe("lint recovery-outruns-grant", () => {
  it("behavior: fires where guardians come to a role sooner than a grant does", () => {
    expect(findings("recovery-outruns-grant", holding("3 days"))).to.deep.equal([
      "keeper: a recovery of keeper waits 2 days, a grant of slow, which it holds, 3 days",
    ]);
  });

  it("behavior: is silent where a recovery takes as long", () => {
    expect(findings("recovery-outruns-grant", holding("2 days"))).to.deep.equal([]);
  });
});
