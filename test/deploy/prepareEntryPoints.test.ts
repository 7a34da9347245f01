import { expect } from "chai";
import { type Address, createPublicClient, custom, type Hex, keccak256, size } from "viem";
import { deterministicDeployer } from "../../src/accounts/deterministicDeployer.ts";
import { entryPoints } from "../../src/accounts/entryPoints.ts";
import { prepareEntryPoints } from "../../src/deploy/prepareEntryPoints.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { compileExample } from "../policy/examplePolicy.ts";
import { wrong } from "../policy/problems.ts";
import { refusesWith } from "../refusedWith.ts";

/** keccak256 of the canonical runtime code, as public chains have it. */
const DEPLOYER_CODE = "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989";

/** A chain without any code, that knows one way to set it. */
function emptyChain(method: string) {
  const code = new Map<string, Hex>();
  const request = async ({ method: asked, params = [] }: { method: string; params?: readonly unknown[] }) => {
    if (asked === "eth_getCode") return code.get(String(params[0]).toLowerCase()) ?? "0x";
    if (asked !== method) throw new Error(`no method ${asked}`);
    code.set(String(params[0]).toLowerCase(), params[1] as Hex);
    return true;
  };
  const client = createPublicClient({ transport: custom({ request } as never, { retryCount: 0 }) });
  return { code, context: { client, rpc: { request: request as never }, network: "localhost" } as never };
}

const desired = (entryPoint: string): Desired =>
  compileExample(wrong({ accounts: { keeper: { owner: "alice", entryPoint } } }));
const has = (code: Map<string, Hex>, address: Address) => code.get(address.toLowerCase());

describe("prepareEntryPoints", () => {
  for (const method of ["hardhat_setCode", "anvil_setCode"]) {
    it(`behavior: a development chain gets what it lacks, byte for byte (${method})`, async () => {
      const { code, context } = emptyChain(method);
      await prepareEntryPoints(context, desired("0.9"));
      expect(keccak256(has(code, deterministicDeployer) ?? "0x")).to.equal(DEPLOYER_CODE);
      expect(size(has(code, entryPoints["0.9"].address) ?? "0x")).to.be.greaterThan(10_000);
      expect(has(code, entryPoints["0.9"].senderCreator)).not.to.equal(undefined);
      expect(has(code, entryPoints["0.7"].address)).to.equal(undefined);
    });
  }

  it("behavior: what is there is left alone", async () => {
    const { code, context } = emptyChain("hardhat_setCode");
    code.set(entryPoints["0.7"].address.toLowerCase(), "0x01");
    await prepareEntryPoints(context, desired("0.7"));
    expect(has(code, entryPoints["0.7"].address)).to.equal("0x01");
  });

  it("error: nowhere else is code set, even where the node would", async () => {
    const { code, context } = emptyChain("hardhat_setCode");
    const error = await refusesWith(
      prepareEntryPoints(context, { ...desired("0.9"), tier: "staging" }),
      "ENTRY_POINT_MISSING",
    );
    expect(error.message).to.contain(deterministicDeployer);
    expect([...code]).to.deep.equal([]);
  });

  it("error: a development node that cannot set code is refused", async () => {
    await refusesWith(prepareEntryPoints(emptyChain("none").context, desired("0.9")), "ENTRY_POINT_MISSING");
  });
});
