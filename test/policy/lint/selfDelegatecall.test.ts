import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

const OTHER = "hardhat:0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec";

describe("lint self-delegatecall", () => {
  it("behavior: fires on a managed contract with multicall", () => {
    expect(
      findings("self-delegatecall", {
        contracts: { box2: { abi: ["function multicall(bytes[] data)"], at: OTHER, manager: "manager" } },
      }),
    ).to.deep.equal(["box2.multicall: box2 has multicall, which nests calls"]);
  });

  it("behavior: is silent on a contract nobody manages", () => {
    expect(
      findings("self-delegatecall", {
        contracts: { box2: { abi: ["function multicall(bytes[] data)"], at: OTHER } },
      }),
    ).to.deep.equal([]);
  });

  it("behavior: is silent on an heir of RoleManaged, which is immune", () => {
    const abi = [
      "function multicall(bytes[] data)",
      "error RoleManagedHiddenAuthorityChange(address authority, address newAuthority)",
    ];
    expect(
      findings("self-delegatecall", { contracts: { box2: { abi, at: OTHER, manager: "manager" } } }),
    ).to.deep.equal([]);
  });
});
