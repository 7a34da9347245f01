import { expect } from "chai";
import fc from "fast-check";
import { PortcullisError } from "../../../src/errors.ts";
import { formatDuration, parseDuration } from "../../../src/policy/text/duration.ts";

describe("durations", () => {
  it("behavior: reads what people write, as seconds", () => {
    expect(parseDuration("2 days")).to.equal(172_800n);
    expect(parseDuration("36 hours")).to.equal(129_600n);
    expect(parseDuration("1 day 12 hours")).to.equal(129_600n);
    expect(parseDuration("1 week")).to.equal(604_800n);
    expect(parseDuration("0 seconds")).to.equal(0n);
  });

  it("behavior: what is written comes back the same, for every delay a contract can hold", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 32n - 1n), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).to.equal(seconds);
      }),
    );
  });

  for (const text of [
    "2",
    "days",
    "2days",
    "1.5 days",
    "-1 day",
    "2 Days",
    "2 days ",
    "",
    "0x2 days",
    "1e3 days",
    "2 days,1 hour",
  ]) {
    it(`error: refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseDuration(text))
        .to.throw(PortcullisError)
        .with.property("code", "DURATION_INVALID");
    });
  }

  it("error: refuses months, which differ in length, and says to write days", () => {
    expect(() => parseDuration("3 months"))
      .to.throw(PortcullisError)
      .with.property("hint")
      .that.includes("90 days");
  });

  it("error: refuses more than a contract can hold", () => {
    expect(() => parseDuration("4294967296 seconds")).to.throw(PortcullisError);
    expect(parseDuration("4294967295 seconds")).to.equal(2n ** 32n - 1n);
  });
});
