import { expect } from "chai";
import fc from "fast-check";
import { artifacts, network } from "hardhat";
import { type Abi, createPublicClient, createWalletClient, custom, encodeDeployData, type Hex } from "viem";
import { deriveRoleId, PUBLIC_ROLE } from "../../src/policy/roleId.ts";

describe("role ids", () => {
  it("behavior: the role manager's own roles, which are never key-bound, are the policy's roles of those names", async () => {
    const { provider } = await network.create();
    const client = createPublicClient({ transport: custom(provider), pollingInterval: 10 });
    const wallet = createWalletClient({ transport: custom(provider) });
    const [account] = await wallet.getAddresses();
    if (account === undefined) throw new Error("the chain has no account");
    const { abi, bytecode } = await artifacts.readArtifact("RoleManager");
    // A manager with one key-bound role: created, or what it refuses with.
    const create = async (role: string): Promise<string> => {
      const config = {
        id: deriveRoleId(role),
        admin: 0n,
        guardian: 0n,
        grantDelay: 0,
        keyBound: true,
        label: role,
      };
      const data = encodeDeployData({
        abi: abi as Abi,
        bytecode: bytecode as Hex,
        args: [[account], [config], []],
      });
      try {
        await client.call({ account, data });
        return "created";
      } catch (error) {
        return String(error);
      }
    };
    for (const role of ["registrar", "pauser"]) {
      expect(await create(role), role).to.include(`RoleManagerNotBindable(${deriveRoleId(role)})`);
    }
    expect(await create("treasurer")).to.equal("created");
  });

  it("behavior: no name meets ADMIN or PUBLIC, and each has its own id, for every name", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 20 }), (names) => {
        const ids = names.map(deriveRoleId);
        for (const id of ids) expect(id > 0n && id < PUBLIC_ROLE).to.equal(true);
        expect(new Set(ids).size).to.equal(names.length);
      }),
    );
  });
});
