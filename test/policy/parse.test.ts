import { expect } from "chai";
import { PortcullisError } from "../../src/errors.ts";
import { compilePolicy, type PolicyInput } from "../../src/policy/index.ts";
import { artifacts, examplePolicy } from "./examplePolicy.ts";
import { problemsOf, problemsOfPolicy, wrong } from "./problems.ts";

const compile = (policy: unknown, network = "hardhat") =>
  compilePolicy(policy as PolicyInput, { network, artifacts, unresolved: "placeholder" });

describe("policy schema", () => {
  it("behavior: all problems are reported together, each with its path, its value and what to write", () => {
    expect(
      problemsOf(
        wrong({
          signers: { bot: { rotateBy: "2027-02-30" } },
          safes: { council: { threshold: "two" } },
          timelocks: { timelock: { delay: 172800, expriy: "1 day" } },
          roles: { operator: { grantDelay: "1 dya" } },
        }),
      ),
    ).to.deep.equal([
      'signers.bot.rotateBy: "2027-02-30" does not exist in the calendar → write a day, "2027-06-30" (its first second in UTC), or an instant in UTC, "2027-06-30T12:00:00Z"',
      'safes.council.threshold: "two" does not fit → write how many owners have to sign: 3',
      'timelocks.timelock.delay: 172800 does not fit → write a duration: "2 days"',
      "timelocks.timelock.expriy: is not a field here → did you mean expiry?",
      'roles.operator.grantDelay: "1 dya" is not a duration → write a whole number and a unit: "2 days", "36 hours", "1 day 12 hours", "0 seconds"',
    ]);
  });

  it("error: an unknown section names the nearest", () => {
    expect(problemsOfPolicy({ ...examplePolicy, ...{ role: {} } } as PolicyInput)).to.deep.equal([
      "role: is not a section of a policy → did you mean roles?",
    ]);
  });

  it("error: an unknown provider names the nearest, and a missing one the choices", () => {
    expect(problemsOf(wrong({ signers: { x: { provider: "keystor" }, y: {} } }))).to.deep.equal([
      'signers.x.provider: "keystor" does not fit → did you mean "keystore"?',
      'signers.y.provider: is missing → write one of: "development", "keystore", "hardhat-keystore"',
    ]);
  });

  it("error: an unknown field inside a choice is named, not the choice", () => {
    expect(
      problemsOf(wrong({ contracts: { box: { proxy: { kind: "uups", admn: "council" } } } })),
    ).to.deep.equal(["contracts.box.proxy.admn: is not a field here → did you mean admin?"]);
    expect(problemsOf(wrong({ roles: { operator: { grants: { bot: { dely: "1 hour" } } } } }))).to.deep.equal(
      ["roles.operator.grants.bot.dely: is not a field here → did you mean delay?"],
    );
  });

  it("error: a name that no other part could write is refused", () => {
    expect(problemsOf({ safes: { "the council": { owners: ["alice"], threshold: 1 } } })[0]).to.match(
      /^safes\["the council"\]: is not a name/,
    );
  });

  it("error: two entries of one name are refused, whatever their sections", () => {
    expect(problemsOf({ safes: { alice: { owners: ["bob"], threshold: 1 } } })).to.deep.equal([
      "safes.alice: signers.alice has the same name → rename one of them",
    ]);
  });

  it("error: a policy of another schema version is refused clearly", () => {
    for (const [schema, hint] of [
      [2, "npm install"],
      [0, "write schema: 1"],
      [undefined, "write schema: 1"],
      ["1", "write schema: 1"],
    ] as const) {
      expect(() => compile({ ...examplePolicy, schema }))
        .to.throw(PortcullisError)
        .that.satisfies(
          (error: PortcullisError) => error.code === "POLICY_SCHEMA" && error.hint.includes(hint),
        );
    }
  });

  it("error: an unknown network names the nearest", () => {
    expect(() => compile(examplePolicy, "mainet"))
      .to.throw(PortcullisError)
      .that.satisfies(
        (error: PortcullisError) => error.code === "NETWORK_UNKNOWN" && error.hint.includes("mainnet"),
      );
  });

  it("error: a network's own fields are validated", () => {
    const policy = { ...examplePolicy, networks: { hardhat: { chain: "1", tier: "prod" } } };
    expect(problemsOfPolicy(policy as unknown as PolicyInput)).to.deep.equal([
      'networks.hardhat.chain: "1" does not fit → write the chain id: 1',
      'networks.hardhat.tier: "prod" does not fit → write one of: "development", "staging", "production"',
    ]);
  });

  it("error: a public chain is no development network", () => {
    const policy: PolicyInput = {
      ...examplePolicy,
      networks: { sepolia: { chain: 11155111, tier: "development" } },
    };
    expect(problemsOfPolicy(policy, "sepolia")[0]).to.match(/^networks\.sepolia\.tier: .*11155111 is public/);
  });
});

describe("networks of one policy", () => {
  const networks: PolicyInput["networks"] = {
    hardhat: { chain: 31337, tier: "development" },
    fast: {
      chain: 31337,
      tier: "development",
      timelocks: { timelock: { delay: "1 day" } },
      safes: { council: { owners: ["alice", "bob"] } },
      roles: { pauser: null },
      contracts: { box: { adminOnly: ["pause"] } },
    },
  };
  const policy: PolicyInput = { ...examplePolicy, networks };

  it("behavior: what differs is said once, everything else is shared", () => {
    const [slow, fast] = [compile(policy), compile(policy, "fast")];
    const timelock = (desired: typeof slow) => desired.contracts.find((c) => c.name === "timelock")?.timelock;
    expect(timelock(slow)?.delay.current).to.equal(172_800n);
    expect(timelock(fast)?.delay.current).to.equal(86_400n);
    expect(timelock(fast)?.ceiling).to.equal(timelock(slow)?.ceiling);
  });

  it("behavior: a list is replaced, not lengthened, and null takes an entry away", () => {
    const fast = compile(policy, "fast");
    expect(fast.contracts.find((c) => c.name === "council")?.safe?.owners).to.have.length(2);
    expect(Object.values(fast.contracts.find((c) => c.name === "manager")?.roleNames ?? {})).not.to.include(
      "pauser",
    );
  });

  it("behavior: another provider replaces the whole signer", () => {
    const address = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
    const overridden: PolicyInput = {
      ...policy,
      networks: {
        hardhat: {
          chain: 31337,
          tier: "development",
          signers: { alice: { provider: "keystore", file: "alice.json", password: "ALICE", address } },
        },
      },
    };
    const alice = compile(overridden).signers.find((s) => s.name === "alice");
    expect(alice).to.deep.include({
      address,
      source: { provider: "keystore", file: "alice.json", password: "ALICE" },
    });
  });

  it("error: the result is validated again, at the path it has in the whole", () => {
    const broken: PolicyInput = {
      ...policy,
      networks: { hardhat: { chain: 31337, tier: "development", safes: { council: { threshold: 4 } } } },
    };
    expect(problemsOfPolicy(broken)).to.deep.equal([
      "safes.council.threshold: 4 of 3 owners can never sign → write at most 3",
    ]);
  });

  it("error: development keys are refused outside development, by name", () => {
    const staging: PolicyInput = {
      ...examplePolicy,
      networks: { sepolia: { chain: 11155111, tier: "staging" } },
    };
    const problems = problemsOfPolicy(staging, "sepolia");
    expect(problems).to.have.length(7);
    expect(problems[0]).to.match(/^signers\.alice\.provider: everyone knows the development keys/);
  });

  it("error: development keys are refused even where a staging network is a local chain", () => {
    const staging: PolicyInput = {
      ...examplePolicy,
      networks: { hardhat: { chain: 31337, tier: "staging" } },
    };
    expect(problemsOfPolicy(staging)).to.have.length(7);
  });
});
