import { expect } from "chai";
import { findings } from "../examplePolicy.ts";

describe("lint undescribed-holder", () => {
  it("behavior: fires on an address with power that no entry describes", () => {
    expect(
      findings("undescribed-holder", {
        roles: { operator: { grants: { "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72": {} } } },
      }),
    ).to.deep.equal([
      "operator: 0x8ba1f109551bD432803012645Ac136ddd64DBA72 has power over operator, and is not described",
    ]);
  });

  it("behavior: is silent where the address is a principal", () => {
    expect(
      findings("undescribed-holder", {
        principals: { partner: { address: "0x8ba1f109551bD432803012645Ac136ddd64DBA72" } },
        roles: { operator: { grants: { partner: {} } } },
      }),
    ).to.deep.equal([]);
  });
});
