import { expect } from "chai";
import type { Change } from "../examplePolicy.ts";
import { findings } from "../examplePolicy.ts";

describe("lint key-below-tier", () => {
  it("behavior: fires on a staging key in production", () => {
    expect(
      findings(
        "key-below-tier",
        { networks: { mainnet: { signers: { bot: { tier: "staging" } } } } } as Change,
        "mainnet",
      ),
    ).to.deep.equal(["bot: bot is a staging key on a production network"]);
  });

  it("behavior: is silent where the key is as good as its network, or better", () => {
    expect(findings("key-below-tier", {}, "mainnet")).to.deep.equal([]);
    expect(findings("key-below-tier", { signers: { bot: { tier: "production" } } })).to.deep.equal([]);
  });
});
