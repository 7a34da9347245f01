import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type Checkout, createCheckout } from "./checkout.ts";
import { startNode, type TestNode } from "./node.ts";

const PORT = 8691;

/** The lines of the README's `sh tour` blocks, in order. */
function tourLines(): string[] {
  const blocks = readFileSync("README.md", "utf8").matchAll(/^```sh tour\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, block]) => (block ?? "").split("\n").filter((line) => line !== ""));
}

describe("the README's tour", function () {
  this.timeout(600_000);
  let node: TestNode;
  let checkout: Checkout;

  before(async () => {
    node = await startNode("hardhat", PORT);
    checkout = createCheckout(PORT);
  });

  after(async () => {
    await node?.stop();
    checkout?.remove();
  });

  it("behavior: has lines to run", () => {
    expect(tourLines().length).to.be.greaterThan(8);
  });

  for (const line of tourLines()) {
    it(`behavior: ${line}`, async () => {
      const result = await checkout.shell(line.replaceAll(":8545", `:${PORT}`));
      expect(result.exitCode, `${result.stdout}\n${result.stderr}`).to.equal(0);
      expect(result.stderr).not.to.match(/^\s+at .*\(.*:\d+:\d+\)$/m);
    });
  }
});
