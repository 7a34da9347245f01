import { readFileSync } from "node:fs";
import { expect } from "chai";
import { lints } from "../../src/policy/index.ts";

describe("docs/policy.md", () => {
  const rows = new Map(
    [
      ...readFileSync("docs/policy.md", "utf8").matchAll(
        /^\| `([a-z-]+)` \| (error|warning|note)(?: \((\w+)\))? \|/gm,
      ),
    ].map(([, id, severity, production]) => [String(id), { severity, production: production ?? severity }]),
  );

  it("behavior: lists every lint with its severities, and no other", () => {
    const real = new Map(
      lints.map((lint) => [
        lint.id,
        { severity: lint.severity, production: lint.production ?? lint.severity },
      ]),
    );
    rows.delete("stale-acceptance");
    expect(Object.fromEntries(rows)).to.deep.equal(Object.fromEntries(real));
  });
});
