import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

const ADDRESS = "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72";
const OTHER = "hardhat:0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec";

describe("lint single-key-admin", () => {
  it("behavior: fires where a key is ADMIN of a manager", () => {
    expect(
      findings("single-key-admin", { managers: { manager: { admin: ["timelock", "alice"] } } }),
    ).to.deep.equal(["manager: Alice (alice) alone is ADMIN of manager, as alice"]);
  });

  it("behavior: fires where a key owns a contract", () => {
    expect(findings("single-key-admin", { contracts: { old: { at: OTHER, ownable: "bob" } } })).to.deep.equal(
      ["old: Bob (bob) alone is the owner of old, as bob"],
    );
  });

  it("behavior: fires where a key is the default admin", () => {
    expect(
      findings("single-key-admin", {
        contracts: {
          old: { at: OTHER, accessControl: { roles: { DEFAULT_ADMIN_ROLE: { members: ["bob"] } } } },
        },
      }),
    ).to.deep.equal(["old: Bob (bob) alone is DEFAULT_ADMIN_ROLE of old, as bob"]);
  });

  it("behavior: fires on an address that is not described: silence is not safe", () => {
    expect(
      findings("single-key-admin", { contracts: { old: { at: OTHER, ownable: ADDRESS } } }),
    ).to.deep.equal(["old: 0x8ba1f109551bD432803012645Ac136ddd64DBA72 alone is the owner of old"]);
  });

  it("behavior: fires where an account is ADMIN, unless it takes several people to act as it", () => {
    const owned = (owner: unknown) =>
      findings("single-key-admin", {
        accounts: { keeper: { owner } },
        managers: { manager: { admin: ["timelock", "keeper"] } },
      } as never);
    const signers = { alice: 1, bob: 1, carol: 1 };
    expect(owned("alice")).to.deep.equal(["manager: Alice (alice) alone is ADMIN of manager, as keeper"]);
    expect(owned({ threshold: 2, signers })).to.deep.equal([]);
    expect(owned({ threshold: 1, signers })).to.have.length(3);
    expect(owned({ threshold: 2, signers: { ...signers, alice: 2 } })).to.deep.equal([
      "manager: Alice (alice) alone is ADMIN of manager, as keeper",
    ]);
    const passkey = { x: `0x${"11".repeat(32)}`, y: `0x${"22".repeat(32)}` };
    expect(owned({ passkey })).to.deep.equal(["manager: keeper alone is ADMIN of manager"]);
  });

  it("behavior: is silent on timelocks and Safes", () => {
    expect(
      findings("single-key-admin", { contracts: { old: { at: OTHER, ownable: "council" } } }),
    ).to.deep.equal([]);
  });
});
