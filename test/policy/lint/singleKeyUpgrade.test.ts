import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

const ADDRESS = "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72";
const OTHER = "hardhat:0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec";

describe("lint single-key-upgrade", () => {
  it("behavior: fires where one key holds the upgrading role", () => {
    expect(findings("single-key-upgrade", { roles: { upgrader: { grants: { alice: {} } } } })).to.deep.equal([
      "box: Alice (alice) alone can upgrade box: box.upgradeToAndCall, by the role upgrader, held by alice",
    ]);
  });

  it("behavior: fires where one owner key reaches the threshold of the Safe that proposes", () => {
    expect(
      findings("single-key-upgrade", { safes: { council: { owners: ["alice"], threshold: 1 } } }),
    ).to.deep.equal([
      "box: Alice (alice) alone can upgrade box: box.upgradeToAndCall, by the role upgrader, held by timelock",
    ]);
  });

  it("behavior: fires where one person holds two keys of the Safe", () => {
    expect(findings("single-key-upgrade", { signers: { bob: { holder: "Alice" } } })).to.deep.equal([
      "box: Alice (alice, bob) alone can upgrade box: box.upgradeToAndCall, by the role upgrader, held by timelock",
    ]);
  });

  it("behavior: fires where nobody names the function, so that ADMIN upgrades", () => {
    expect(
      findings("single-key-upgrade", { roles: { upgrader: null }, managers: { manager: { admin: "dave" } } }),
    ).to.deep.equal([
      "box: Dave (dave) alone can upgrade box: box.upgradeToAndCall, by the role ADMIN, held by dave",
    ]);
  });

  it("behavior: fires on the owner of a ProxyAdmin", () => {
    expect(
      findings("single-key-upgrade", {
        contracts: {
          proxyAdmin: { at: ADDRESS, ownable: "alice" },
          old: { at: OTHER, proxy: { kind: "transparent", admin: "proxyAdmin" } },
        },
      }),
    ).to.deep.equal(["old: Alice (alice) alone can upgrade old: the proxy admin of old, held by alice"]);
  });

  it("behavior: fires on the owner of a UUPS proxy", () => {
    expect(
      findings("single-key-upgrade", { contracts: { old: { at: OTHER, proxy: "uups", ownable: "alice" } } }),
    ).to.deep.equal(["old: Alice (alice) alone can upgrade old: the owner of old, held by alice"]);
  });

  it("behavior: is silent on a timelock with a Safe of several people", () => {
    expect(findings("single-key-upgrade", {})).to.deep.equal([]);
  });
});
