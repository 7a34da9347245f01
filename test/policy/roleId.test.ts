import { expect } from "chai";
import fc from "fast-check";
import { artifacts, network } from "hardhat";
import { type Abi, createPublicClient, createWalletClient, custom, type Hex } from "viem";
import { deriveRoleId, PUBLIC_ROLE } from "../../src/policy/roleId.ts";

describe("role ids", () => {
  it("behavior: the role manager's own roles are the policy's roles of those names", async () => {
    const { provider } = await network.create();
    const client = createPublicClient({ transport: custom(provider), pollingInterval: 10 });
    const wallet = createWalletClient({ transport: custom(provider) });
    const [account] = await wallet.getAddresses();
    if (account === undefined) throw new Error("the chain has no account");
    const { abi, bytecode } = await artifacts.readArtifact("RoleManager");
    const hash = await wallet.deployContract({
      abi: abi as Abi,
      bytecode: bytecode as Hex,
      args: [[account], [], []],
      account,
      chain: null,
    });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error("not deployed");
    for (const [functionName, role] of [
      ["REGISTRAR_ROLE", "registrar"],
      ["PAUSER_ROLE", "pauser"],
    ] as const) {
      const id = await client.readContract({ address: contractAddress, abi: abi as Abi, functionName });
      expect(id, role).to.equal(deriveRoleId(role));
    }
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
