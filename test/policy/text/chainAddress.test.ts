import { expect } from "chai";
import fc from "fast-check";
import { getAddress, type Hex } from "viem";
import { PortcullisError } from "../../../src/errors.ts";
import {
  formatChainAddress,
  parseAddress,
  parseChainAddress,
} from "../../../src/policy/text/chainAddress.ts";

const address = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";

describe("addresses with their chain", () => {
  it("behavior: reads the address where the prefix is the network's", () => {
    expect(parseChainAddress(`eth:${address}`, "eth")).to.equal(address);
  });

  it("behavior: what is written comes back the same, for every address", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        fc.pre(bytes.some((byte) => byte !== 0));
        const any = getAddress(`0x${Buffer.from(bytes).toString("hex")}` as Hex);
        expect(parseChainAddress(formatChainAddress(any, "arb1"), "arb1")).to.equal(any);
      }),
    );
  });

  it("error: refuses the address of another chain, and names both", () => {
    expect(() => parseChainAddress(`sep:${address}`, "eth"))
      .to.throw(PortcullisError, /"sep".*"eth"/)
      .with.property("code", "ADDRESS_WRONG_CHAIN");
  });

  it("error: refuses any prefix on a chain without a known short name", () => {
    expect(() => parseChainAddress(`eth:${address}`, undefined))
      .to.throw(PortcullisError)
      .with.property("hint")
      .that.includes("shortName");
  });

  it("error: a changed digit breaks the checksum, and no corrected address is suggested", () => {
    const typo = `${address.slice(0, -1)}3`;
    expect(() => parseAddress(typo))
      .to.throw(PortcullisError, "checksum")
      .with.property("hint")
      .that.does.not.include("0x");
  });

  it("error: refuses an address without checksum, and shows it with one", () => {
    expect(() => parseAddress(address.toLowerCase()))
      .to.throw(PortcullisError)
      .with.property("hint")
      .that.includes(address);
  });

  it("error: refuses the zero address and what is no address", () => {
    expect(() => parseAddress(`0x${"0".repeat(40)}`)).to.throw(PortcullisError, "nobody");
    expect(() => parseAddress("0x1234")).to.throw(PortcullisError, "not an address");
    expect(() => parseAddress("vitalik.eth")).to.throw(PortcullisError, "not an address");
  });
});
