import { readdirSync } from "node:fs";
import { expect } from "chai";
import { lintPolicy, lints } from "../../../src/policy/index.ts";
import { type Change, compileExample, findings, now } from "../examplePolicy.ts";

describe("lintPolicy", () => {
  it("behavior: finds nothing in a sound policy", () => {
    expect(lintPolicy(compileExample(), { now })).to.deep.equal([]);
  });

  it("behavior: every lint has an id of its own, a file of its own and a test of its own", () => {
    const fileOf = (id: string) => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const files = readdirSync("src/policy/lint/rules").map((file) => file.replace(".ts", ""));
    const tests = readdirSync("test/policy/lint").map((file) => file.replace(".test.ts", ""));
    expect(lints.map((lint) => fileOf(lint.id)).sort()).to.deep.equal(files.sort());
    for (const lint of lints) expect(tests).to.include(fileOf(lint.id));
  });

  it("behavior: an accepted finding stays, with its reason", () => {
    const [found] = lintPolicy(
      compileExample({
        safes: { council: { threshold: 1 } },
        accept: { "safe-threshold-one:council": "only for a week" },
      }),
      { now },
    ).filter((finding) => finding.id === "safe-threshold-one");
    expect(found?.accepted).to.equal("only for a week");
  });

  it("behavior: accepting one subject accepts no other", () => {
    const found = lintPolicy(
      compileExample({
        safes: { council: { threshold: 1 }, guardians: { threshold: 1 } },
        accept: { "safe-threshold-one:council": "only for a week" },
      }),
      { now },
    ).filter((finding) => finding.id === "safe-threshold-one");
    expect(found.map((finding) => [finding.subject, finding.accepted])).to.deep.equal([
      ["council", "only for a week"],
      ["guardians", undefined],
    ]);
  });

  it("behavior: reports an acceptance that accepts nothing", () => {
    expect(findings("stale-acceptance", { accept: { "safe-threshold-one": "gone" } })).to.deep.equal([
      'safe-threshold-one: accept["safe-threshold-one"] accepts nothing that is found',
    ]);
  });

  it("error: an acceptance of an unknown lint names the nearest", () => {
    const [found] = lintPolicy(compileExample({ accept: { "safe-treshold-one": "typo" } }), { now });
    expect(found?.fix).to.equal('did you mean "safe-threshold-one"?');
    expect(found?.severity).to.equal("error");
  });

  it("behavior: whatever is found can be accepted by id and subject, and nothing else with it", () => {
    const change: Change = {
      safes: {
        council: { threshold: 1, modules: ["box"] },
        guardians: { owners: ["alice", "bob", "carol"] },
      },
      timelocks: {
        timelock: {
          proposers: ["council", "token"],
          cancellers: [],
          guardians: ["council"],
          delay: "10 minutes",
          floor: "10 minutes",
        },
      },
      roles: {
        operator: { guardian: "ADMIN", grants: { bot: { until: null }, alice: { until: "2020-01-01" } } },
        pauser: { grants: null },
      },
    };
    const found = lintPolicy(compileExample(change, "mainnet"), { now });
    expect(new Set(found.map((finding) => finding.id)).size).to.be.greaterThan(9);
    const accept = Object.fromEntries(found.map(({ id, subject }) => [`${id}:${subject}`, "known"]));
    const again = lintPolicy(compileExample({ ...change, accept }, "mainnet"), { now });
    expect(again.map(({ id, subject, accepted }) => [id, subject, accepted])).to.deep.equal(
      found.map(({ id, subject }) => [id, subject, "known"]),
    );
  });

  it("behavior: without the time nothing is judged by time, and no acceptance of it is stale", () => {
    const desired = compileExample({
      signers: { bot: { rotateBy: "2020-01-01" } },
      accept: { "rotation-passed:bot": "replaced next week" },
    });
    expect(lintPolicy(desired)).to.deep.equal([]);
    expect(lintPolicy(desired, { now }).map((finding) => finding.id)).to.deep.equal(["rotation-passed"]);
  });

  it("behavior: the most severe come first", () => {
    const found = lintPolicy(
      compileExample({ safes: { council: { threshold: 1 } }, signers: { bob: { holder: null } } }),
      { now },
    );
    const severities = found.map((finding) => finding.severity);
    expect(severities[0]).to.equal("error");
    expect(severities.at(-1)).to.equal("note");
  });
});
