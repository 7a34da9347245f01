import { expect } from "chai";
import { PortcullisError } from "../../../src/errors.ts";
import { checkPolicy } from "../../../src/policy/check/checkPolicy.ts";
import { formatCheck } from "../../../src/policy/check/formatCheck.ts";
import type { Problem } from "../../../src/policy/problems.ts";
import { artifacts, changed, examplePolicy, now } from "../examplePolicy.ts";
import { wrong } from "../problems.ts";

const options = { artifacts, now };

describe("checkPolicy", () => {
  it("behavior: a sound policy is clean on all its networks", () => {
    const checked = checkPolicy(examplePolicy, options);
    expect(checked.clean).to.equal(true);
    expect(checked.networks.map((n) => n.network)).to.deep.equal(["hardhat", "mainnet"]);
    expect(formatCheck(checked)).to.include("Nothing dangerous found.");
  });

  it("behavior: an unaccepted error or warning is not clean, a note or an accepted finding is", () => {
    const clean = (change: object) =>
      checkPolicy(changed(wrong(change)), { ...options, networks: ["hardhat"] }).clean;
    expect(clean({ safes: { council: { threshold: 1 } } }), "error").to.equal(false);
    expect(clean({ safes: { council: { modules: ["box"] } } }), "warning").to.equal(false);
    expect(clean({ signers: { bob: { holder: null } } }), "note").to.equal(true);
    expect(
      clean({ safes: { council: { modules: ["box"] } }, accept: { "safe-module:council": "reviewed" } }),
      "accepted",
    ).to.equal(true);
  });

  it("behavior: the same finding on several networks is one, with its networks", () => {
    const { findings } = checkPolicy(changed({ safes: { council: { modules: ["box"] } } }), options);
    expect(findings.filter((f) => f.id === "safe-module").map((f) => f.networks)).to.deep.equal([
      ["hardhat", "mainnet"],
    ]);
  });

  it("behavior: a severity that differs between networks is two findings", () => {
    const { findings } = checkPolicy(changed({ managers: { manager: { admin: "council" } } }), options);
    const found = findings.filter((f) => f.id === "undelayed-admin").map((f) => [f.severity, f.networks]);
    expect(found).to.have.deep.members([
      ["warning", ["hardhat"]],
      ["error", ["mainnet"]],
    ]);
  });

  it("behavior: text is grouped by severity, says why, what to write and how to accept", () => {
    const text = formatCheck(
      checkPolicy(
        changed({
          safes: { council: { threshold: 1, modules: ["box"] } },
          accept: { "safe-module:council": "reviewed in May" },
        }),
        { ...options, networks: ["hardhat"] },
      ),
    );
    expect(text).to.match(
      /Errors: refused on every network that is not for development\n {2}safe-threshold-one: any one of the 3 owners/,
    );
    expect(text).to.include('→ or accept it: accept: { "safe-threshold-one:council": "<reason>" }');
    expect(text).to.match(/Accepted\n {2}safe-module: .*\n {4}because: reviewed in May/);
  });

  it("error: the problems of all networks come together, and each once", () => {
    const policy = changed(
      wrong({
        safes: { council: { threshold: 9 } },
        networks: { mainnet: { timelocks: { timelock: { delay: "40 days" } } } },
      }),
    );
    expect(() => checkPolicy(policy, options))
      .to.throw(PortcullisError)
      .that.satisfies((error: PortcullisError) => {
        const paths = (error.details.problems as Problem[]).map((problem) => problem.path);
        expect(paths).to.deep.equal(["safes.council.threshold", "timelocks.timelock.ceiling"]);
        return true;
      });
  });

  it("error: a policy without networks is refused", () => {
    expect(() => checkPolicy({ ...examplePolicy, networks: {} }, options))
      .to.throw(PortcullisError)
      .with.property("code", "NETWORK_UNKNOWN");
  });
});
