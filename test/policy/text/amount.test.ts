import { expect } from "chai";
import fc from "fast-check";
import { formatEther } from "viem";
import { PortcullisError } from "../../../src/errors.ts";
import { formatAmount, parseAmount } from "../../../src/policy/text/amount.ts";

describe("amounts", () => {
  it("behavior: reads what people write, as wei", () => {
    expect(parseAmount("100 ether")).to.equal(100n * 10n ** 18n);
    expect(parseAmount("0.5 ether")).to.equal(5n * 10n ** 17n);
    expect(parseAmount("5 gwei")).to.equal(5n * 10n ** 9n);
    expect(parseAmount("1 wei")).to.equal(1n);
  });

  it("behavior: what is written comes back the same, for every amount", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), fc.constantFrom(0n, 9n, 12n, 18n), (digits, zeros) => {
        const wei = digits * 10n ** zeros;
        expect(parseAmount(formatAmount(wei))).to.equal(wei);
      }),
    );
  });

  it("behavior: agrees with viem on every number of ether", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 128n), (wei) => {
        expect(parseAmount(`${formatEther(wei)} ether`)).to.equal(wei);
      }),
    );
  });

  for (const text of [
    "100",
    "ether",
    "1ether",
    "-1 ether",
    "1 eth",
    "1e18 wei",
    ".5 ether",
    "1. ether",
    "1,000 ether",
    "",
  ]) {
    it(`error: refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseAmount(text))
        .to.throw(PortcullisError)
        .with.property("code", "AMOUNT_INVALID");
    });
  }

  it("error: refuses what is finer than 1 wei", () => {
    expect(() => parseAmount("0.0000000000000000001 ether")).to.throw(PortcullisError, "finer");
    expect(() => parseAmount("0.5 wei")).to.throw(PortcullisError, "finer");
  });
});
