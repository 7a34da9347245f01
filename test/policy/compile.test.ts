import { expect } from "chai";
import { getAddress, keccak256, toHex, zeroAddress, zeroHash } from "viem";
import { PortcullisError } from "../../src/errors.ts";
import { placeholderAddress } from "../../src/policy/compile/names.ts";
import { compilePolicy } from "../../src/policy/index.ts";
import { deriveRoleId } from "../../src/policy/roleId.ts";
import { artifacts, changed, compileExample, examplePolicy } from "./examplePolicy.ts";
import { problemsOf, wrong } from "./problems.ts";

const ADDRESS = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
const OTHER = "0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec";
const at = `hardhat:${OTHER}`;

/** One entry, as compiled. */
function contract(name: string, change = {}) {
  const found = compileExample(change).contracts.find((c) => c.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe("compilePolicy: deployment", () => {
  it("behavior: compiles before anything is deployed, and says what has no address", () => {
    const desired = compileExample();
    expect(desired.unresolved).to.deep.equal(["council", "guardians", "timelock", "manager", "token", "box"]);
  });

  it("error: refuses to compile for use while an address is missing", () => {
    expect(() => compilePolicy(examplePolicy, { network: "hardhat", artifacts }))
      .to.throw(PortcullisError, /council, guardians/)
      .with.property("code", "POLICY_UNRESOLVED");
  });

  it("behavior: each contract comes after those it needs", () => {
    const { contracts } = compileExample({
      contracts: { token: null, first: { artifact: "Token", args: ["box", "1 ether"] } },
    });
    const names = contracts.map((c) => c.name);
    for (const { name, deployment } of contracts) {
      for (const needed of deployment?.after ?? [])
        expect(names.indexOf(needed), `${needed} before ${name}`).to.be.lessThan(names.indexOf(name));
    }
    expect(contracts.find((c) => c.name === "first")?.deployment?.after).to.deep.equal(["box"]);
    expect(contracts.find((c) => c.name === "box")?.deployment?.after).to.deep.equal(["manager"]);
  });

  it("error: names the circle where contracts need each other", () => {
    const [problem] = problemsOf({
      contracts: {
        a: { artifact: "Token", args: ["b", "1 ether"] },
        b: { artifact: "Token", args: ["a", "1 ether"] },
      },
    });
    expect(problem).to.match(/a → b → a|b → a → b/);
  });

  it("behavior: arguments follow the ABI: names become addresses, amounts wei", () => {
    expect(contract("token").deployment?.args).to.deep.equal([
      placeholderAddress("council"),
      1000n * 10n ** 18n,
    ]);
    expect(contract("box").deployment).to.deep.include({
      artifact: "Box",
      args: [],
      proxy: {
        kind: "uups",
        initializer: "initialize",
        initializerArgs: [placeholderAddress("manager"), 5n * 10n ** 18n],
      },
    });
  });

  it("behavior: addresses of what was deployed take the place of the placeholders, everywhere", () => {
    const desired = compilePolicy(examplePolicy, {
      network: "hardhat",
      artifacts,
      unresolved: "placeholder",
      addresses: { council: ADDRESS, extra: OTHER },
    });
    expect(desired.contracts.find((c) => c.name === "token")?.deployment?.args[0]).to.equal(ADDRESS);
    expect(desired.contracts.find((c) => c.name === "timelock")?.timelock?.proposers).to.deep.equal([
      ADDRESS,
    ]);
    expect(desired.unresolved).not.to.include("council");
    expect(desired.book.entries.find((e) => e.name === "extra")?.address).to.equal(OTHER);
  });

  it("error: says what a constructor takes", () => {
    expect(problemsOf({ contracts: { token: { args: ["council"] } } })).to.deep.equal([
      "contracts.token.args: the constructor of Token takes 2 arguments, not 1 → write: address holder, uint256 supply",
    ]);
    expect(problemsOf({ contracts: { token: { args: ["council", "many"] } } })).to.deep.equal([
      'contracts.token.args[1]: "many" is not uint256 supply → write a whole number, an amount ("100 ether"), a duration ("2 days") or a day ("2027-06-30")',
    ]);
    expect(problemsOf({ contracts: { token: { args: ["council", "-1"] } } })[0]).to.include(
      "write a number from 0 to",
    );
  });

  it("error: a proxy whose implementation can be initialized has to be, or anyone could", () => {
    expect(problemsOf({ contracts: { box: { initializer: null, args: null } } })).to.deep.equal([
      'contracts.box.initializer: is missing: anyone could initialize the proxy → write initializer: "initialize"',
    ]);
  });

  it("error: an unknown artifact names the nearest", () => {
    expect(problemsOf({ contracts: { token: { artifact: "Tokn" } } })).to.deep.equal([
      'contracts.token.artifact: no contract "Tokn" is compiled → did you mean "Token"?',
    ]);
  });

  it("error: the node's chain has to be the policy's", () => {
    expect(() => compilePolicy(examplePolicy, { network: "hardhat", chainId: 1, artifacts }))
      .to.throw(PortcullisError, /chain 1.*31337/)
      .with.property("code", "WRONG_CHAIN");
  });
});

describe("compilePolicy: names", () => {
  it("error: an unknown name names the nearest", () => {
    expect(problemsOf({ safes: { council: { owners: ["alcie", "bob", "carol"] } } })).to.deep.equal([
      'safes.council.owners[0]: "alcie" is not a name of this policy → did you mean "alice"?',
    ]);
    expect(problemsOf({ roles: { operator: { guardian: "guardain" } } })).to.deep.equal([
      'roles.operator.guardian: "guardain" is not a role of this manager → did you mean "guardian"?',
    ]);
    expect(problemsOf({ contracts: { box: { manager: "manger" } } })).to.include(
      'contracts.box.manager: "manger" is not a manager of this policy → did you mean "manager"?',
    );
  });

  it("error: a reference to an entry that is wrong itself is no second problem", () => {
    expect(problemsOf(wrong({ safes: { council: { threshold: 0 } } }))).to.deep.equal([
      "safes.council.threshold: 0 does not fit → write at least 1",
    ]);
  });

  it("error: refuses an address of another chain, and one that does not say its chain", () => {
    expect(problemsOf({ contracts: { old: { at: `eth:${OTHER}` } } })[0]).to.match(
      /^contracts\.old\.at: .*chain "eth".*"hardhat"/,
    );
    expect(problemsOf({ contracts: { old: { at: OTHER } } })[0]).to.include(`write "hardhat:${OTHER}"`);
    expect(problemsOf({ roles: { operator: { grants: { [OTHER]: {} } } } })[0]).to.include(
      `write "hardhat:${OTHER}"`,
    );
  });

  it("behavior: a key may be written as a raw address, since it is the same on every chain", () => {
    const desired = compileExample({
      principals: { partner: { address: ADDRESS } },
      roles: { operator: { grants: { partner: {} } } },
    });
    expect(desired.principals.find((p) => p.name === "partner")).to.deep.equal({
      name: "partner",
      address: ADDRESS,
      kind: "key",
    });
  });

  it("error: a contract may not: it is another one on each chain", () => {
    expect(problemsOf({ principals: { partner: { address: ADDRESS, kind: "safe" } } })[0]).to.include(
      `write "hardhat:${ADDRESS}"`,
    );
  });

  it("error: two names of one address are not two owners, and not two holders", () => {
    const alias = { principals: { alias: { address: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" } } };
    expect(problemsOf({ ...alias, safes: { council: { owners: ["alice", "alias", "bob"] } } })).to.deep.equal(
      ['safes.council.owners[1]: "alias" is the same address as "alice" → leave it away'],
    );
    expect(problemsOf({ ...alias, roles: { pauser: { grants: { alice: {}, alias: {} } } } })).to.deep.equal([
      'roles.pauser.grants.alias: is the same address as "alice" → leave one of them away',
    ]);
  });

  it("behavior: a name may be one of the manifest's", () => {
    const desired = compilePolicy(changed({ roles: { pauser: { grants: { keeper: {} } } } }), {
      network: "hardhat",
      artifacts,
      addresses: { keeper: ADDRESS },
      unresolved: "placeholder",
    });
    const pauser = desired.contracts.find((c) => c.manager)?.manager?.roles.find((r) => r.label === "pauser");
    expect(pauser?.members.map((m) => m.account)).to.include(ADDRESS);
  });
});

describe("compilePolicy: roles", () => {
  it("behavior: ids are derived from names, or written", () => {
    const { manager, roleNames } = contract("manager", { roles: { pauser: { id: 42 } } });
    const ids = manager?.roles.map((r) => r.id) ?? [];
    expect(ids).to.deep.equal([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(roleNames?.["42"]).to.equal("pauser");
    expect(roleNames?.[String(deriveRoleId("operator"))]).to.equal("operator");
    expect(ids[0]).to.equal(0n);
  });

  it("error: two roles of one id are refused", () => {
    expect(problemsOf({ roles: { pauser: { id: 42 }, upgrader: { id: 42 } } })[0]).to.match(
      /roles\.upgrader has the id 42 too|roles\.pauser has the id 42 too/,
    );
  });

  it("behavior: functions are mapped by selector, overloads by their signature", () => {
    const target = contract("manager").manager?.targets[0];
    expect(target?.functions.map((f) => f.selector)).to.include(
      keccak256(toHex("take(address,uint256)")).slice(0, 10),
    );
    expect(target?.functions).to.have.length(5);
  });

  it("error: a name with overloads asks for a signature, an unknown one names the nearest", () => {
    expect(problemsOf({ roles: { operator: { may: { box: ["take"] } } } })).to.deep.equal([
      'roles.operator.may.box[0]: "box" has 2 functions "take" → write one of: "take(address)", "take(address,uint256)"',
    ]);
    expect(problemsOf({ roles: { operator: { may: { box: ["takee"] } } } })).to.deep.equal([
      'roles.operator.may.box[0]: "box" has no function "takee" → did you mean "take"?',
    ]);
    expect(problemsOf({ roles: { operator: { may: { box: ["set(int256)"] } } } })).to.deep.equal([
      'roles.operator.may.box[0]: "box" has no function "set(int256)" → write one of: "set(uint256)"',
    ]);
  });

  it("error: a function has one role", () => {
    expect(problemsOf({ roles: { pauser: { may: { box: ["pause", "set"] } } } })[0]).to.match(
      /"set" is given to the role "operator" too|is given to the role "pauser" too/,
    );
  });

  it("error: a role reaches only what its manager manages", () => {
    expect(problemsOf({ roles: { operator: { may: { token: ["transfer"] } } } })).to.deep.equal([
      'roles.operator.may.token: the contract "token" is not managed by "manager" → write contracts.token.manager: "manager", or take it out of the role',
    ]);
    expect(problemsOf({ roles: { operator: { may: { bxo: ["set"] } } } })).to.deep.equal([
      'roles.operator.may.bxo: "bxo" is not a contract of this policy → did you mean "box"?',
    ]);
  });

  it("error: what the role manager would refuse is said before anything is sent", () => {
    expect(problemsOf({ roles: { operator: { grants: { bot: { delay: "2 days" } } } } })[0]).to.include(
      "above the role's grant delay (1 day)",
    );
    expect(problemsOf({ roles: { operator: { grantDelay: "366 days" } } })[0]).to.include(
      'at most "365 days"',
    );
    expect(problemsOf({ roles: { operator: { grants: { bot: { until: "2107-01-01" } } } } })[0]).to.include(
      "before 2106",
    );
    expect(problemsOf({ roles: { pauser: { keyBound: true } } })[0]).to.match(
      /^roles\.pauser\.keyBound: .*late/,
    );
    expect(problemsOf({ roles: { guardian: { keyBound: true } } })[0]).to.match(
      /^roles\.guardian\.keyBound: .*late/,
    );
    expect(problemsOf({ roles: { operator: { may: { manager: ["grantRole"] } } } })[0]).to.include(
      "fixed rules",
    );
  });

  it("behavior: a key-bound role wants a binding of each key, and an exemption of each contract", () => {
    const bindings =
      contract("manager", { roles: { operator: { grants: { timelock: {} } } } }).manager?.bindings ?? [];
    const bot = compileExample().signers.find((s) => s.name === "bot");
    expect(bindings.find((b) => b.account === bot?.address)).to.deep.include({
      status: "valid",
      provider: "development",
      custody: bot?.custody,
    });
    expect(bindings.find((b) => b.account === placeholderAddress("timelock"))?.status).to.equal("exempt");
  });

  it("behavior: with several managers a role says which", () => {
    const second = { managers: { second: { admin: "timelock" } } };
    expect(problemsOf(second)[0]).to.match(/^roles\.upgrader\.manager: it is not clear which manager/);
  });
});

describe("compilePolicy: timelocks and Safes", () => {
  it("behavior: a timelock administers itself, anyone is the zero address, vetoes have a default", () => {
    const { timelock, address } = contract("timelock");
    expect(timelock).to.deep.include({
      admins: [address],
      executors: [zeroAddress],
      vetoLimit: 3n,
      vetoWindow: 3n * 31n * 86_400n,
    });
  });

  it("error: what the timelock's constructor would refuse is said before anything is sent", () => {
    const timelock = (change: object) => problemsOf(wrong({ timelocks: { timelock: change } }));
    expect(timelock({ floor: "3 days" })[0]).to.match(/^timelocks\.timelock\.floor: the delay is below it/);
    expect(timelock({ floor: "0 seconds" })[0]).to.include("no floor");
    expect(timelock({ ceiling: "1 day" })[0]).to.match(
      /^timelocks\.timelock\.ceiling: the delay is above it/,
    );
    expect(timelock({ expiry: null })[0]).to.match(/^timelocks\.timelock\.expiry: is missing/);
    expect(timelock({ proposers: [] })[0]).to.include("nobody could propose");
    expect(timelock({ executors: [] })[0]).to.include("nobody could execute");
    expect(timelock({ vetoes: { limit: 3, window: "90 days" } })[0]).to.include('write more than "90 days"');
    expect(timelock({ vetoes: { limit: 3, window: "91 days" } })).to.deep.equal([]);
  });

  it("behavior: a new Safe has Safe's own singleton and fallback handler, so that drift is seen", () => {
    const { safe } = contract("council");
    expect(safe?.singleton).to.equal("0x29fcB43b46531BcA003ddC8FCB67FFE91900C762");
    expect(safe?.fallbackHandler).to.equal("0xfd0732Dc9E303f09fCEf3a7388Ad10A83459Ec99");
  });

  it("behavior: of an existing Safe nothing is wished that the policy does not say", () => {
    const { safe, deployment } = contract("council", { safes: { council: { at } } });
    expect(safe).to.deep.include({
      singleton: zeroAddress,
      fallbackHandler: zeroAddress,
      guard: zeroAddress,
    });
    expect(deployment).to.equal(undefined);
  });
});

describe("compilePolicy: contracts that exist already", () => {
  it("behavior: Ownable, in one step and in two", () => {
    expect(contract("old", { contracts: { old: { at, ownable: "timelock" } } }).ownable).to.deep.equal({
      owner: placeholderAddress("timelock"),
    });
    expect(
      contract("old", { contracts: { old: { at, ownable: { owner: "timelock", twoStep: true } } } }).ownable,
    ).to.deep.equal({
      owner: placeholderAddress("timelock"),
      pendingOwner: zeroAddress,
    });
  });

  it("behavior: AccessControl with roles by name or hash, and its default admin rules", () => {
    const raw = keccak256(toHex("MINTER_ROLE"));
    const { accessControl } = contract("old", {
      contracts: {
        old: {
          at,
          accessControl: {
            roles: {
              MINTER_ROLE: { members: ["bot"] },
              [keccak256(toHex("X"))]: { admin: "MINTER_ROLE", members: [] },
            },
            defaultAdmin: { admin: "timelock", delay: "2 days" },
          },
        },
      },
    });
    expect(accessControl?.roles.find((r) => r.label === "MINTER_ROLE")).to.deep.include({
      role: raw,
      admin: zeroHash,
    });
    expect(accessControl?.roles.find((r) => r.label === undefined)?.admin).to.equal(raw);
    expect(accessControl?.defaultAdmin).to.deep.equal({
      admin: placeholderAddress("timelock"),
      delay: 172_800n,
    });
  });

  it("error: an unknown role of AccessControl names the nearest", () => {
    const accessControl = { roles: { MINTER_ROLE: { admin: "MINTR_ROLE", members: [] } } };
    expect(problemsOf({ contracts: { old: { at, accessControl } } })[0]).to.include(
      'did you mean "MINTER_ROLE"?',
    );
  });

  it("behavior: a plain AccessManager and a plain TimelockController", () => {
    const change = {
      managers: { manager: { at, flavour: "openzeppelin" } },
      timelocks: {
        timelock: {
          at: `hardhat:${ADDRESS}`,
          flavour: "openzeppelin",
          floor: null,
          ceiling: null,
          expiry: null,
          guardians: [],
          cancellers: ["guardians"],
          admins: ["council"],
        },
      },
      roles: { operator: { keyBound: false, grants: { bot: { until: null } } } },
    };
    const { manager } = contract("manager", change);
    expect(manager?.flavour).to.equal("openzeppelin");
    expect(
      manager?.roles.every((r) => r.label === undefined),
      "labels are not managed",
    ).to.equal(true);
    const { timelock } = contract("timelock", change);
    expect(timelock).to.deep.include({
      flavour: "openzeppelin",
      cancellers: [placeholderAddress("guardians")],
    });
    expect(timelock?.admins).to.have.members([ADDRESS, placeholderAddress("council")]);
    expect(timelock).not.to.have.property("floor");
  });

  it("error: what a plain AccessManager cannot do is refused", () => {
    const plain = { managers: { manager: { at, flavour: "openzeppelin" as const } } };
    expect(problemsOf(plain)).to.deep.equal(
      [
        "roles.operator.grants.bot.until: grants of a plain AccessManager do not expire → leave it away",
        "roles.operator.keyBound: a plain AccessManager knows no key bindings → leave it away",
      ].sort((a, b) => (a.includes("keyBound") ? -1 : b.includes("keyBound") ? 1 : 0)),
    );
    expect(problemsOf({ managers: { manager: { flavour: "openzeppelin" } } })[0]).to.include(
      "only administered, not deployed",
    );
  });

  it("behavior: a transparent proxy and its ProxyAdmin", () => {
    const change = {
      contracts: {
        proxyAdmin: { at, ownable: "timelock" },
        old: { at: `hardhat:${ADDRESS}`, proxy: { kind: "transparent", admin: "proxyAdmin" } },
      },
    };
    expect(contract("old", change).proxy).to.deep.include({
      kind: "transparent",
      admin: OTHER,
      implementation: zeroAddress,
    });
  });

  it("behavior: without artifact, functions are given by abi, by signature or by selector", () => {
    const may = { old: ["burn", "mint(uint256)", "0x12345678"] };
    const old = { at, manager: "manager" };
    expect(
      problemsOf({
        contracts: { old },
        roles: { operator: { may: { box: null, old: ["mint(uint256)", "0x12345678"] } } },
      }),
    ).to.deep.equal([]);
    expect(problemsOf({ contracts: { old }, roles: { operator: { may } } })[0]).to.include(
      "give contracts.old an artifact or an abi",
    );
    expect(
      problemsOf({
        contracts: { old: { ...old, abi: ["function burn()"] } },
        roles: { operator: { may: { old: ["burn"] } } },
      }),
    ).to.deep.equal([]);
    expect(problemsOf({ contracts: { old: { ...old, abi: ["funtion burn()"] } } })[0]).to.match(
      /^contracts\.old\.abi: /,
    );
  });
});

describe("compilePolicy: settings", () => {
  it("behavior: fees are wei per gas", () => {
    expect(compileExample({ fees: { maxFeePerGas: "50 gwei" } }).fees).to.deep.equal({
      speed: "normal",
      maxFeePerGas: 50n * 10n ** 9n,
    });
  });

  it("behavior: invariants become calls with bounds", () => {
    const [bounded, exact] = compileExample({
      invariants: [
        { call: "box.value()", expect: { atLeast: 1, atMost: "5 ether" } },
        { call: "box.owner()", expect: { equals: "timelock" } },
      ],
    }).invariants;
    expect(bounded).to.deep.equal({
      name: "box.value()",
      to: placeholderAddress("box"),
      data: keccak256(toHex("value()")).slice(0, 10),
      min: 1n,
      max: 5n * 10n ** 18n,
    });
    expect(exact?.equals).to.equal(
      `0x${"0".repeat(24)}${placeholderAddress("timelock").slice(2).toLowerCase()}`,
    );
  });

  it("error: an invariant reads, returns a number, and expects something", () => {
    const invariant = (call: string, expect: object) =>
      problemsOf(wrong({ invariants: [{ call, expect }] }))[0];
    expect(invariant("box.set(1)", { atMost: 1 })).to.include("changes state");
    expect(invariant("box.valeu()", { atMost: 1 })).to.include('did you mean "value"?');
    expect(invariant("value", { atMost: 1 })).to.include("is not a call");
    expect(invariant("box.owner()", { atMost: 1 })).to.include("does not return a number");
    expect(invariant("box.value()", {})).to.include("expects nothing");
    expect(invariant("box.value()", { atLeast: 2, atMost: 1 })).to.include("swap them");
  });

  it("behavior: addresses are checksummed everywhere", () => {
    for (const { address } of compileExample().principals) expect(address).to.equal(getAddress(address));
  });
});
