import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { PortcullisError } from "../../src/errors.ts";
import type { CheckedPolicy } from "../../src/policy/check/checkPolicy.ts";
import type { Desired } from "../../src/policy/desired.ts";
import check from "../../tasks/policy/check.ts";
import show from "../../tasks/policy/show.ts";

const context = {
  hre,
  json: false,
  progress: () => {},
  again: "",
  command: (text: string) => text,
  confirm: async () => false,
};

describe("tasks policy check and show", () => {
  it("behavior: the example is valid and clean for all its networks, against the real contracts", async () => {
    const result = await check({ policy: "" }, context);
    expect((result.data as CheckedPolicy).findings).to.deep.equal([]);
    expect((result.data as CheckedPolicy).networks.map((n) => n.network)).to.deep.equal([
      "hardhat",
      "localhost",
    ]);
    expect(result.exitCode).to.equal(0);
  });

  it("behavior: the example is shown without any chain", async () => {
    const { data, text } = await show({ policy: "" }, context);
    expect((data as Desired).unresolved).to.include("vault");
    expect(text).to.match(/vault\.withdraw +treasurer +treasury +1 hour/);
  });

  it("behavior: a danger that is not accepted is exit code 2", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "policy-")), "policy.ts");
    const council = '{ owners: ["alice", "bob"], threshold: 1 }';
    const keys =
      '{ alice: { provider: "development", account: 1 }, bob: { provider: "development", account: 2 } }';
    await writeFile(
      file,
      `export default { schema: 1, name: "x", networks: { hardhat: { chain: 31337, tier: "development" } }, signers: ${keys}, safes: { council: ${council} } };`,
    );
    const result = await check({ policy: file }, context);
    expect(result.exitCode).to.equal(2);
    expect(result.text).to.include("safe-threshold-one");
  });

  it("error: a missing file is refused with the next command", async () => {
    let refused: unknown;
    await check({ policy: "missing.ts" }, context).catch((error: unknown) => {
      refused = error;
    });
    expect(refused).to.be.instanceOf(PortcullisError).with.property("code", "POLICY_NOT_FOUND");
  });
});
