import { expect } from "chai";
import { nearestName } from "../../../src/policy/text/nearest.ts";

describe("nearest name", () => {
  const names = ["treasurer", "pauser", "upgrader", "alice"];

  it("behavior: finds what was meant: a swap, a missing letter, another case", () => {
    expect(nearestName("alcie", names)).to.equal("alice");
    expect(nearestName("treasuer", names)).to.equal("treasurer");
    expect(nearestName("PAUSER", names)).to.equal("pauser");
  });

  it("behavior: says nothing where nothing is near", () => {
    expect(nearestName("governor", names)).to.equal(undefined);
    expect(nearestName("x", [])).to.equal(undefined);
  });
});
