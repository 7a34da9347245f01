import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { shortNameOf } from "../../src/policy/chains.ts";

/** The registry as Safe's kit carries it. */
function readRegistry(): Map<number, string> {
  const source = readFileSync(fileURLToPath(import.meta.resolve("@safe-global/protocol-kit")), "utf8");
  const entries = source.matchAll(/chainId: ?(\d+)n?, ?shortName: ?"([^"]+)"/g);
  return new Map([...entries].map(([, chain, name]) => [Number(chain), String(name)]));
}

describe("short names of chains", () => {
  it("behavior: agree with the registry that Safe's kit carries", () => {
    const registry = readRegistry();
    expect(registry.size).to.be.greaterThan(100);
    const ours = [...registry.keys()].filter((chain) => shortNameOf(chain) !== undefined);
    expect(ours.length).to.be.greaterThan(40);
    for (const chain of ours) expect(shortNameOf(chain), `chain ${chain}`).to.equal(registry.get(chain));
  });

  it("behavior: unknown chains have none", () => {
    expect(shortNameOf(123_456_789)).to.equal(undefined);
  });
});
