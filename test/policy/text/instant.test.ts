import { expect } from "chai";
import fc from "fast-check";
import { PortcullisError } from "../../../src/errors.ts";
import { formatInstant, parseInstant } from "../../../src/policy/text/instant.ts";

describe("instants", () => {
  it("behavior: a day is its first second in UTC, whatever the machine's zone", () => {
    expect(parseInstant("2027-06-30")).to.equal(1_814_313_600n);
    expect(parseInstant("2027-06-30T12:00:00Z")).to.equal(1_814_313_600n + 43_200n);
    expect(parseInstant("2027-06-30T12:00Z")).to.equal(1_814_313_600n + 43_200n);
  });

  it("behavior: what is written comes back the same, for every second until 9999", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 253_402_300_799n), (seconds) => {
        expect(parseInstant(formatInstant(seconds))).to.equal(seconds);
      }),
    );
  });

  for (const text of [
    "2027",
    "30.06.2027",
    "2027-6-30",
    "2027-02-30",
    "2027-13-01",
    "2027-06-30T12:00:00",
    "2027-06-30T12:00:00+02:00",
    "2027-06-30T25:00:00Z",
    "2027-06-30T24:00:00Z",
    "1969-12-31",
    "tomorrow",
    "",
  ]) {
    it(`error: refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseInstant(text))
        .to.throw(PortcullisError)
        .with.property("code", "INSTANT_INVALID");
    });
  }
});
