import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import { allows, judgePin, PINS, type Platform } from "../../scripts/pins/judge.ts";

const require = createRequire(import.meta.url);
const [hardhat] = PINS;
if (hardhat === undefined) throw new Error("no pins");

const platform = (name: string, more: Partial<Platform> = {}): Platform => ({
  name: `@nomicfoundation/edr-${name}`,
  version: "1.0.0",
  published: true,
  ...more,
});

describe("pins", () => {
  it("behavior: Hardhat stays held back while npm under Node 20 would skip its EVM", () => {
    const newest = { version: "3.18.0", platforms: [platform("linux-x64-gnu", { engines: ">= 22" })] };
    const { reasons } = judgePin(hardhat, "3.13.0", newest);
    expect(reasons).to.have.length(1);
    expect(reasons[0]).to.include("skips @nomicfoundation/edr-linux-x64-gnu@1.0.0");
  });

  it("behavior: and while the registry lacks a platform", () => {
    const platforms = [platform("linux-x64-gnu"), platform("win32-x64-msvc", { published: false })];
    const { reasons } = judgePin(hardhat, "3.13.0", { version: "3.18.0", platforms });
    expect(reasons).to.have.length(1);
    expect(reasons[0]).to.include("lacks @nomicfoundation/edr-win32-x64-msvc@1.0.0");
  });

  it("behavior: it can go where every platform is there and Node 20 takes it", () => {
    const platforms = [platform("linux-x64-gnu", { engines: ">= 20" }), platform("darwin-arm64")];
    expect(judgePin(hardhat, "3.13.0", { version: "4.0.0", platforms }).reasons).to.deep.equal([]);
  });

  it("behavior: engines as packages write them", () => {
    for (const range of [">= 20", ">=18", "*", "", "^20.19.0 || >=22.12.0", "20.x", ">= 14.21.3"])
      expect(allows(range), range).to.equal(true);
    for (const range of [">= 22", ">20", "^22.0.0", "^18 || >=22"])
      expect(allows(range), range).to.equal(false);
  });

  it("behavior: what is installed is what is pinned, exactly; raising a pin means to read why it is there", () => {
    const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    const pinned = Object.fromEntries(PINS.map(({ name }) => [name, devDependencies[name]]));
    expect(pinned).to.deep.equal({ hardhat: "3.13.0", "@biomejs/biome": "2.5.3", knip: "5.44.0" });
  });

  it("behavior: the EVM that is locked has no optional package that npm under Node 20 would skip", () => {
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
      packages: Record<string, { optional?: boolean; engines?: { node?: string } }>;
    };
    const path = Object.keys(lock.packages).filter((key) =>
      /node_modules\/@nomicfoundation\/edr(-|$)/.test(key),
    );
    expect(path, "the EVM is in the lock file").not.to.have.length(0);
    const skipped = path.filter((key) => {
      const { optional, engines } = lock.packages[key] ?? {};
      return optional === true && engines?.node !== undefined && !allows(engines.node);
    });
    expect(skipped).to.deep.equal([]);
    expect(require("hardhat/package.json").version).to.equal("3.13.0");
  });
});
