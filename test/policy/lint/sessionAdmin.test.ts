import { expect } from "chai";
import { findings } from "../examplePolicy.ts";
import { withSession } from "./sessionChange.ts";

describe("lint session-admin", () => {
  it("behavior: fires for a call of a manager", () => {
    expect(
      findings("session-admin", withSession({ may: { manager: ["grantRole(uint64,address,uint32)"] } })),
    ).to.deep.equal(["keeper.daily: keeper.daily may call manager, which administers others"]);
  });

  it("behavior: fires for an upgrade", () => {
    expect(findings("session-admin", withSession({ may: { box: ["upgradeToAndCall"] } }))).to.deep.equal([
      "keeper.daily: keeper.daily may call box.upgradeToAndCall",
    ]);
  });

  it("behavior: is silent for daily work", () => {
    expect(findings("session-admin", withSession())).to.deep.equal([]);
  });
});
