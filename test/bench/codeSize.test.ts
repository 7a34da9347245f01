import { readFileSync } from "node:fs";
import { expect } from "chai";
import hre from "hardhat";

/** EIP-170, bytes. */
const LIMIT = 24_576;

describe("code size", () => {
  it("behavior: the role manager can be deployed, and its page says how many bytes are left", async () => {
    const { deployedBytecode } = await hre.artifacts.readArtifact("RoleManager");
    const size = (deployedBytecode.length - 2) / 2;
    expect(size).to.be.at.most(LIMIT);
    const page = readFileSync(new URL("../../docs/contracts/role-manager.md", import.meta.url), "utf8");
    expect(page).to.contain(`The contract is ${size.toLocaleString("en")} bytes: ${LIMIT - size} are left`);
  });
});
