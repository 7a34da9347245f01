import { expect } from "chai";
import { keccak256, numberToHex, pad, toFunctionSelector, toHex, zeroAddress } from "viem";
import { describeOwner } from "../../src/accounts/owners/describeOwner.ts";
import { multisigSigner } from "../../src/accounts/owners/multisig.ts";
import { readOwner } from "../../src/accounts/owners/readOwner.ts";
import { decodeTerms } from "../../src/accounts/recovery/terms.ts";
import { encodeSession } from "../../src/accounts/sessions/encodeSession.ts";
import { placeholderAddress } from "../../src/policy/compile/names.ts";
import { developmentAddress } from "../../src/policy/developmentKey.ts";
import { listArtifacts } from "../../src/policy/index.ts";
import { type Change, changed, compileExample } from "./examplePolicy.ts";
import { problemsOf, wrong } from "./problems.ts";

const session = { key: "bot", may: { token: ["transfer"] }, until: "2027-01-01" } as const;

function accounts(keeper: object): Change {
  return wrong({ accounts: { keeper: { owner: "alice", ...keeper } } });
}

function compiled(change: Change) {
  const { contracts, ...desired } = compileExample(change);
  const keeper = contracts.find(({ name }) => name === "keeper");
  if (keeper?.account === undefined) throw new Error("no account");
  return { ...desired, contracts, keeper, account: keeper.account, terms: keeper.sessions?.[0]?.session };
}

const nameOf = (address: string) =>
  ["deployer", "alice", "bob", "carol"].find((_, index) => developmentAddress(index) === address) ?? address;

const withSession = (change: object) =>
  compiled(accounts({ sessions: { daily: { ...session, ...change } } })).terms;

describe("compilePolicy: smart accounts", () => {
  it("behavior: an account is a principal that can hold a role, and comes after what it is made of", () => {
    const { contracts, principals, account } = compiled({
      ...accounts({}),
      ...wrong({ roles: { setter: { grants: { keeper: {} } } } }),
    });
    expect(account.owner).to.equal(developmentAddress(1).toLowerCase());
    expect(principals.find(({ name }) => name === "keeper")?.kind).to.equal("account");
    const names = contracts.map(({ name }) => name);
    const order = ["sessionValidator", "smartAccount", "smartAccountFactory", "keeper"].map((n) =>
      names.indexOf(n),
    );
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
  });

  it("behavior: each entry point has an implementation and a factory of its own, where an account needs it", () => {
    const { contracts } = compiled(wrong({ accounts: { keeper: { owner: "alice", entryPoint: "0.7" } } }));
    const parts = contracts.filter(({ accountPart }) => accountPart).map(({ name }) => name);
    expect(parts).to.deep.equal(["sessionValidator", "smartAccountV07", "smartAccountFactoryV07"]);
    expect(listArtifacts(changed(accounts({})), "hardhat")).to.include.members([
      "SmartAccount",
      "SessionValidator",
    ]);
    expect(listArtifacts(changed({}), "hardhat")).not.to.include("SmartAccount");
  });

  it("behavior: an account that exists needs nothing deployed", () => {
    const { contracts, keeper } = compiled(
      accounts({ at: "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72" }),
    );
    expect(contracts.some(({ accountPart }) => accountPart)).to.equal(false);
    expect(keeper.deployment).to.equal(undefined);
  });

  it("error: an account that is deployed has an owner, and it is a key", () => {
    expect(problemsOf(wrong({ accounts: { keeper: {} } }))).to.deep.equal([
      "accounts.keeper.owner: is missing → write the name of a key of this policy",
    ]);
    expect(problemsOf(accounts({ owner: "council" }))[0]).to.match(/"council" is a safe/);
  });

  const owners = { threshold: 3, signers: { alice: 2, bob: 1, carol: 1 } };

  it("behavior: several keys with weights own an account through the verifier, which is deployed before it", () => {
    const { contracts, account, keeper } = compiled(accounts({ owner: owners }));
    const verifier = placeholderAddress("weightedMultisigVerifier");
    expect(readOwner(account.owner)).to.deep.include({ kind: "multisig", verifier, threshold: 3n });
    expect(describeOwner(account.owner, nameOf)).to.equal("weight 3 of alice (2), bob (1), carol (1)");
    // As the client signs for it.
    const member = (index: number, weight: number) => ({
      member: { signer: developmentAddress(index) },
      weight,
    });
    const members = [member(1, 2), member(2, 1), member(3, 1)];
    expect(multisigSigner({ verifier, threshold: 3, members }).signer.toLowerCase()).to.equal(account.owner);
    expect(keeper.deployment?.after).to.deep.equal(["smartAccountFactory", "weightedMultisigVerifier"]);
    const parts = contracts.filter(({ accountPart }) => accountPart).map(({ name }) => name);
    expect(parts).to.include("weightedMultisigVerifier").and.not.to.include("p256Verifier");
  });

  for (const [kind, verifier, artifact] of [
    ["p256", "p256Verifier", "ERC7913P256Verifier"],
    ["passkey", "webAuthnVerifier", "ERC7913WebAuthnVerifier"],
  ] as const)
    it(`behavior: a ${kind} owns an account by its public key`, () => {
      const key = { x: `0x${"11".repeat(32)}`, y: `0x${"22".repeat(32)}` } as const;
      const change = accounts({ owner: { [kind]: key } });
      const { account } = compiled(change);
      expect(readOwner(account.owner)).to.deep.equal({
        kind: "verified",
        verifier: placeholderAddress(verifier),
        key: `0x${"11".repeat(32)}${"22".repeat(32)}`,
      });
      expect(listArtifacts(changed(change), "hardhat")).to.include(artifact);
    });

  it("error: owners who never reach the threshold, stand twice or are no keys", () => {
    const refused = (more: object) => problemsOf(accounts({ owner: { ...owners, ...more } }));
    expect(refused({ threshold: 5 })).to.deep.equal([
      "accounts.keeper.owner.threshold: the signers' weights are 4 together, and never reach 5 → write at most 4",
    ]);
    expect(refused({ signers: { alice: 2, council: 1 } })[0]).to.match(/"council" is a safe/);
    expect(refused({ signers: {}, threshold: 1 })[0]).to.match(/name a key in signers/);
  });

  it("error: no other entry has the name of a part", () => {
    const [problem] = problemsOf({
      ...accounts({}),
      ...wrong({ contracts: { smartAccount: { artifact: "Box" } } }),
    });
    expect(problem).to.match(/^contracts.smartAccount: is what a part of smart accounts is called/);
  });
});

describe("compilePolicy: sessions", () => {
  it("behavior: names, functions and days become addresses, selectors and seconds", () => {
    expect(withSession({})).to.deep.include({
      signer: developmentAddress(7).toLowerCase(),
      validAfter: 0,
      validUntil: Date.UTC(2027, 0, 1) / 1000 - 1,
      actions: [
        {
          target: placeholderAddress("token"),
          selector: toFunctionSelector("transfer(address,uint256)"),
          rules: [],
        },
      ],
    });
  });

  it("behavior: rules compare the word their argument is laid out in", () => {
    const may = {
      token: { transfer: { to: { oneOf: ["alice", "bob"] }, amount: { atLeast: 1, atMost: "2 ether" } } },
    };
    expect(withSession({ may })?.actions[0]?.rules).to.deep.equal([
      {
        operator: "oneOf",
        path: [0],
        values: [1, 2].map((i) => pad(developmentAddress(i).toLowerCase() as "0x")),
      },
      { operator: "atLeast", path: [1], values: [numberToHex(1, { size: 32 })] },
      { operator: "atMost", path: [1], values: [numberToHex(2n * 10n ** 18n, { size: 32 })] },
    ]);
  });

  it("behavior: an argument behind a tuple is found, and text is compared by its hash", () => {
    const odd = {
      at: "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72",
      abi: ["function odd((uint256 a, uint256[2] b) first, bytes note, uint8 third)"],
    };
    const { terms } = compiled({
      ...wrong({ contracts: { odd } }),
      ...accounts({
        sessions: {
          daily: { ...session, may: { odd: { odd: { note: { equals: "0x1234" }, third: { equals: 3 } } } } },
        },
      }),
    });
    expect(terms?.actions[0]?.rules).to.deep.equal([
      { operator: "equal", path: [3], values: [keccak256("0x1234")], hashed: true },
      { operator: "equal", path: [4], values: [numberToHex(3, { size: 32 })] },
    ]);
  });

  it("behavior: caps of the chain's currency and of tokens", () => {
    const caps = {
      value: { perCall: "1 ether" },
      tokens: { token: { perPeriod: "5 ether", cosignAbove: "1 ether" } },
      period: "1 day",
    };
    expect(withSession(caps)).to.deep.include({
      period: 86_400,
      caps: [
        { asset: zeroAddress, perCall: 10n ** 18n },
        { asset: placeholderAddress("token"), perPeriod: 5n * 10n ** 18n, coSignAbove: 10n ** 18n },
      ],
    });
  });

  it("behavior: the packed terms are what the state is compared by, and one without an end lasts as long as can be said", () => {
    const { account, terms } = compiled(accounts({ sessions: { daily: { ...session, until: undefined } } }));
    if (terms === undefined) throw new Error("no session");
    expect(terms.validUntil).to.equal(2 ** 47 - 1);
    expect(account.sessions).to.deep.equal([{ terms: encodeSession(terms).toLowerCase() }]);
    expect(encodeSession({ ...terms, salt: toHex(1, { size: 4 }) })).not.to.equal(encodeSession(terms));
  });

  const refused: readonly [string, object, RegExp][] = [
    [
      "an unknown argument, and names the nearest",
      { may: { token: { transfer: { amuont: { atMost: 1 } } } } },
      /did you mean "amount"/,
    ],
    [
      "an order of what has none",
      { may: { token: { transfer: { to: { atMost: "alice" } } } } },
      /has no order here/,
    ],
    [
      "a value that does not fit",
      { may: { token: { transfer: { to: { equals: 5 } } } } },
      /is not address to/,
    ],
    ["an unknown function", { may: { token: ["transfre"] } }, /did you mean "transfer"/],
    ["a session that may do nothing", { may: {} }, /allows nothing/],
    ["a cap per period without a period", { value: { perPeriod: "1 ether" } }, /period: is missing/],
    ["a period that no cap has", { period: "1 day" }, /period: is of no use/],
    ["a cap without a limit", { value: { cosignAbove: "1 ether" } }, /limits nothing/],
    ["an end before the start", { from: "2028-01-01" }, /ends before it begins/],
    ["a key that is none", { key: "council" }, /"council" is a safe/],
  ];
  for (const [what, change, pattern] of refused) {
    it(`error: refuses ${what}`, () => {
      expect(problemsOf(accounts({ sessions: { daily: { ...session, ...change } } }))[0]).to.match(pattern);
    });
  }
});

describe("compilePolicy: recovery", () => {
  const recovery = { guardians: { bob: 1, carol: 1, council: 1 }, threshold: 2, delay: "2 days" };
  const DAY = 86_400n;
  const withRecovery = (change: object) =>
    compiled(accounts({ recovery: { ...recovery, ...change } })).keeper.recovery;

  it("behavior: guardians are known by what they sign with, delays in seconds; the rest has defaults", () => {
    const found = withRecovery({});
    expect(found).to.deep.include({
      threshold: 2,
      delay: 2n * DAY,
      expiry: 7n * DAY,
      vetoes: 3,
      refill: 24n * DAY,
      freeze: 0n,
      rest: 0n,
    });
    expect(found?.guardians[0]).to.deep.equal({
      name: "bob",
      signer: developmentAddress(2).toLowerCase(),
      weight: 1,
    });
    expect(found).not.to.have.property("quarantine");
  });

  it("behavior: every term reaches the bytes the account commits to", () => {
    const key = `0x${"ab".repeat(64)}`;
    const written = {
      guardians: { bob: 3, phone: { weight: 2, verifier: "token", key } },
      threshold: 4,
      delay: "36 hours",
      expiry: "3 days",
      vetoes: 5,
      refill: "40 days",
      freeze: "2 days",
      quarantine: { duration: "3 days", limit: "1.5 ether" },
    };
    const found = withRecovery(written);
    expect(decodeTerms(found?.terms ?? "0x")).to.deep.include({
      threshold: 4,
      delay: 129_600n,
      expiry: 3n * DAY,
      vetoes: 5,
      refill: 40n * DAY,
      freeze: 2n * DAY,
      rest: 8n * DAY,
      quarantine: { duration: 3n * DAY, limit: 1_500_000_000_000_000_000n },
    });
    expect(found?.guardians[1]).to.deep.equal({
      name: "phone",
      signer: `${placeholderAddress("token").toLowerCase()}${key.slice(2)}`,
      weight: 2,
    });
    expect(decodeTerms(withRecovery({ ...written, rest: "30 days" })?.terms ?? "0x").rest).to.equal(
      30n * DAY,
    );
  });

  it("behavior: the module is a part of its own, and the state that is wanted has it with these terms", () => {
    const { contracts, keeper, account } = compiled(accounts({ recovery }));
    const module = contracts.find(({ name }) => name === "guardianRecovery");
    expect(module?.accountPart).to.equal(true);
    expect(account.recoveryModule).to.equal(module?.address);
    expect(account.recovery?.terms).to.equal(keeper.recovery?.terms);
    expect(compiled(accounts({})).contracts.some(({ name }) => name === "guardianRecovery")).to.equal(false);
    const existing = { at: "hardhat:0x8ba1f109551bD432803012645Ac136ddd64DBA72", owner: undefined, recovery };
    expect(compiled(accounts(existing)).contracts.map(({ name }) => name)).to.include("guardianRecovery");
  });

  const refused: readonly [string, object, RegExp][] = [
    [
      "a threshold that nobody reaches",
      { threshold: 4 },
      /^accounts\.keeper\.recovery\.threshold: .* 3 together, and never reach 4 → write at most 3/,
    ],
    ["no guardian", { guardians: {} }, /has 0 guardians → name 1 to 32/],
    [
      "a recovery that does not wait",
      { delay: "0 seconds" },
      /delay: 0 seconds leave .*no time to object → write "2 days"/,
    ],
    [
      "a delay below the contract's",
      { delay: "30 minutes" },
      /delay: 30 minutes is shorter than 1 hour → write "1 hour" to "90 days"/,
    ],
    ["a delay above the contract's", { delay: "91 days" }, /delay: 91 days is longer than 90 days/],
    ["a recovery that is never ready", { expiry: "0 seconds" }, /expiry: 0 seconds: /],
    ["an expiry above the contract's", { expiry: "100 days" }, /expiry: 100 days is longer than 90 days/],
    ["no veto", { vetoes: 0 }, /vetoes: 0 vetoes → write 1 to 32/],
    [
      "vetoes that come back too soon",
      { refill: "20 days" },
      /refill: 20 days is shorter than 24 days → write "24 days" to/,
    ],
    ["a freeze that hardly ends", { freeze: "15 days" }, /freeze: 15 days is longer than 14 days/],
    [
      "a rest shorter than the freeze",
      { freeze: "2 days", rest: "1 day" },
      /rest: 1 day is shorter than 2 days/,
    ],
    [
      "a quarantine of no time",
      { quarantine: { duration: "0 seconds", limit: "1 ether" } },
      /quarantine\.duration: 0 seconds is shorter/,
    ],
    ["an account that guards itself", { guardians: { keeper: 1, bob: 1 } }, /does not guard itself/],
    [
      "the owner's own key",
      { guardians: { alice: 1, bob: 1 } },
      /guardians\.alice: is 0x.*the key that owns the account/,
    ],
    [
      "one guardian under two names",
      { guardians: { bob: 1, [`hardhat:${developmentAddress(2)}`]: 1 } },
      /is 0x.*, as "bob" is → leave one/,
    ],
    ["an unknown guardian", { guardians: { bbo: 1, carol: 1 } }, /did you mean "bob"/],
    ["a weight that cannot be stored", { guardians: { bob: 256, carol: 1 } }, /guardians\.bob/],
    [
      "a key that is no bytes",
      { guardians: { phone: { verifier: "token", key: "0x1" }, bob: 1 } },
      /guardians\.phone/,
    ],
  ];
  for (const [what, change, pattern] of refused) {
    it(`error: refuses ${what}`, () => {
      expect(problemsOf(accounts({ recovery: { ...recovery, ...change } }))[0]).to.match(pattern);
    });
  }
});
