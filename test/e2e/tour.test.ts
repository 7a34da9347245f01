import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createSandbox, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";

/** The lines of the README's `sh tour` blocks, in order. */
function tourLines(): string[] {
  const blocks = readFileSync("README.md", "utf8").matchAll(/^```sh tour\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, block]) => (block ?? "").split("\n").filter((line) => line !== ""));
}

describe("the README's tour", function () {
  this.timeout(600_000);
  let node: LocalNode;
  let sandbox: Sandbox;

  before(async () => {
    node = await startNode("hardhat");
    sandbox = createSandbox(node.url);
  });

  after(() => {
    node?.stop();
    sandbox?.remove();
  });

  it("behavior: has lines to run", () => {
    expect(tourLines().length).to.be.greaterThan(8);
  });

  for (const line of tourLines()) {
    it(`behavior: ${line}`, async () => {
      const result = await sandbox.shell(line.replaceAll("http://127.0.0.1:8545", node.url));
      expect(result.code, `${result.stdout}\n${result.stderr}`).to.equal(0);
      if (line.includes("examples/bot.ts"))
        expect(result.stdout)
          .to.match(/vault\.pause: done/)
          .and.match(/vault\.unpause: vault\.unpause is not among the session's calls/);
      if (line.includes("recovery status")) expect(result.stdout).to.match(/owner +erin/);
      expect(result.stderr).not.to.match(/^\s+at .*\(.*:\d+:\d+\)$/m);
    });
  }
});
