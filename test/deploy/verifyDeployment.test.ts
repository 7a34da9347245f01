/** A whole deployment shown to explorers that throttle, fail, hang up, take their time and disagree. */
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { decodeAbiParameters, type Hex } from "viem";
import config from "../../hardhat.config.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import type { Manifest } from "../../src/deploy/manifest.ts";
import { createEtherscan } from "../../src/deploy/verification/etherscan.ts";
import { createSourcify } from "../../src/deploy/verification/sourcify.ts";
import { listSubmissions, type NamedSubmission } from "../../src/deploy/verification/submissions.ts";
import { verifySources } from "../../src/deploy/verification/verifySources.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { openProject } from "../../src/plugin/project.ts";
import { formatShown } from "../../src/plugin/showSources.ts";
import { type ExplorerDouble, startExplorerDouble } from "./explorerDouble.ts";

describe("a deployment's sources at explorers", function () {
  this.timeout(60_000);
  let contracts: NamedSubmission[];
  let manifest: Manifest;
  let double: ExplorerDouble;
  let wrong = "";

  before(async () => {
    const hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    const context = createDeployContext(await openProject(hre, { state: "any" }), () => {});
    ({ manifest } = await deployPolicy(context, async () => {}));
    contracts = await listSubmissions(context, manifest);
  });
  beforeEach(async () => {
    wrong = "";
    double = await startExplorerDouble(() => wrong);
  });
  afterEach(() => double.close());

  const addressOf = (name: string) =>
    contracts.find((c) => c.name === name)?.address.toLowerCase() ?? expect.fail(name);
  const show = (files = openMemoryFiles(), budget = 600_000) => {
    let time = 0;
    const clock = {
      now: () => time,
      sleep: async (milliseconds: number) => {
        time += milliseconds;
      },
    };
    const explorers = [
      createEtherscan({ name: "etherscan", url: `${double.url}/v2-api?chainid=31337`, apiKey: "k" }, fetch),
      createSourcify(double.url, fetch),
    ];
    return verifySources({ explorers, contracts, files, clock, budget, report: () => {} });
  };

  it("behavior: sources, proxies and Safes are all among what is shown, with their own arguments", () => {
    expect(contracts.map(({ kind, name }) => `${kind} ${name}`).toSorted()).to.deep.equal([
      "proxy council",
      "proxy guardians",
      "proxy vault",
      "source manager",
      "source timelock",
      "source token",
      "source vault, its implementation",
    ]);
    const token = contracts.find(({ name }) => name === "token");
    if (token?.kind !== "source") return expect.fail("the token has sources");
    const council = manifest.contracts.find(({ name }) => name === "council")?.address;
    const given = decodeAbiParameters(
      [{ type: "address" }, { type: "uint256" }],
      token.constructorArgs as Hex,
    );
    expect(given).to.deep.equal([council, 1_000_000n * 10n ** 18n]);
    const vault = contracts.find(({ name }) => name === "vault");
    if (vault?.kind !== "proxy") return expect.fail("the vault is a proxy");
    expect(vault.implementation.toLowerCase()).to.equal(addressOf("vault, its implementation"));
  });

  it("behavior: every contract gets verified at each, through limits, failures and cut lines", async () => {
    const shown = await show();
    expect(shown.filter(({ status }) => status !== "verified")).to.deep.equal([]);
    expect(shown).to.have.length(contracts.length * 2);
    expect(double.troubles).to.be.greaterThan(3);
    const link = double.requests.find(
      ({ action, address }) => action === "verifyproxycontract" && address === addressOf("vault"),
    );
    expect(link?.body.get("expectedimplementation")?.toLowerCase()).to.equal(
      addressOf("vault, its implementation"),
    );
    expect(double.requests.filter(({ action }) => action === "similarity").map((r) => r.address)).to.include(
      addressOf("council"),
    );
  });

  it("behavior: killed at any write, the next run goes on and asks for nothing twice that was answered", async () => {
    const files = openMemoryFiles();
    for (const writes of [1, 4, 9]) {
      let left = writes;
      const dying = {
        ...files,
        write: async (path: string, content: string) => {
          if (left === 0) throw new Error("killed");
          left -= 1;
          await files.write(path, content);
        },
      };
      expect(
        await show(dying).then(
          () => "finished",
          (error: Error) => error.message,
        ),
      ).to.equal("killed");
    }
    const before = double.requests.length;
    const known = JSON.parse((await files.read("verification.json")) ?? "{}") as Record<
      string,
      { status: string; ticket?: string }
    >;
    const shown = await show(files);
    expect(shown.every(({ status }) => status === "verified")).to.equal(true);
    const again = double.requests
      .slice(before)
      .filter(({ action }) => /^verify/.test(action) && action !== "verify");
    for (const { address } of again) {
      const entry = Object.entries(known).find(([key]) => key.toLowerCase() === `etherscan ${address}`)?.[1];
      expect(entry?.ticket ?? (entry?.status === "verified" ? "verified" : undefined), address).to.equal(
        undefined,
      );
    }
  });

  it("behavior: one that is refused does not hold up the others, and the table says why", async () => {
    wrong = addressOf("token");
    const shown = await show();
    expect(
      shown.filter(({ status }) => status !== "verified").map(({ explorer, name }) => `${explorer} ${name}`),
    ).to.deep.equal(["etherscan token"]);
    expect(formatShown(shown).join("\n")).to.match(
      /etherscan +token +refused: Fail - Unable to verify: constructor/,
    );
  });

  it("behavior: what the time does not suffice for is said, and the next run goes on", async () => {
    const files = openMemoryFiles();
    const first = await show(files, 1_500);
    expect(first.some(({ status }) => status === "pending" || status === "waiting")).to.equal(true);
    expect((await show(files)).every(({ status }) => status === "verified")).to.equal(true);
  });
});
