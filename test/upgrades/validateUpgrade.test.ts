import { expect } from "chai";
import hre from "hardhat";
import solc from "solc";
import { createCompile, readCompiledContract } from "../../src/plugin/builds.ts";
import type { Compile, CompiledContract } from "../../src/upgrades/types.ts";
import { formatValidation, requireSafeUpgrade, validateUpgrade } from "../../src/upgrades/validateUpgrade.ts";

/** In this process: a compiler process for each small source would take most of the time. */
const compile: Compile = async (_version, input) => JSON.parse(solc.compile(JSON.stringify(input)));

/** Compiles contracts of one source; an own build, as of another day. */
async function build(id: string, source: string): Promise<(artifact: string) => CompiledContract> {
  const input = {
    language: "Solidity",
    sources: {
      "project/contracts/C.sol": {
        content: `// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n${source}`,
      },
    },
    settings: {
      outputSelection: {
        "*": {
          "": ["ast"],
          "*": ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences", "evm.deployedBytecode"],
        },
      },
    },
  };
  const output = await compile("0.8.37", input as never);
  return (artifact) => ({
    artifact,
    source: "project/contracts/C.sol",
    build: { id, solcVersion: "0.8.37", input: input as never, output },
  });
}

const UUPS = `
abstract contract Proxied {
  function upgradeToAndCall(address, bytes calldata) external payable {}
}`;

describe("upgrades/validateUpgrade", () => {
  it("behavior: the example vault's second version is safe", async () => {
    const [from, to] = [await readCompiledContract(hre, "Vault"), await readCompiledContract(hre, "VaultV2")];
    const validation = await validateUpgrade({ from, to, kind: "uups", compile: createCompile(hre) });
    expect(validation.problems).to.deep.equal([]);
    expect(validation.slots).to.deep.equal([]);
    expect(validation.notices.length).to.equal(1);
    expect(() => requireSafeUpgrade(validation)).not.to.throw();
  });

  it("error: a field before the stored ones of a namespace is refused, slot by slot", async () => {
    const [from, to] = [
      await readCompiledContract(hre, "Vault"),
      await readCompiledContract(hre, "VaultV2BadLayout"),
    ];
    const validation = await validateUpgrade({ from, to, kind: "uups", compile });
    expect(validation.ok).to.equal(false);
    expect(validation.problems.map(({ kind }) => kind)).to.include("layout");
    expect(validation.slots).to.deep.include({
      namespace: "erc7201:portcullis.storage.Vault",
      slot: "0",
      offset: 0,
      was: "token (contract IERC20)",
      becomes: "owner (address)",
    });
    expect(formatValidation(validation)).to.contain(
      "erc7201:portcullis.storage.Vault slot 0 byte 0: token (contract IERC20) → owner (address)",
    );
    expect(() => requireSafeUpgrade(validation))
      .to.throw()
      .with.property("code", "UPGRADE_UNSAFE");
  });

  it("behavior: plain storage may grow behind what is there, in another build", async () => {
    const v1 = await build("one", `${UUPS} contract A is Proxied { uint128 a; address b; }`);
    const v2 = await build("two", `${UUPS} contract A is Proxied { uint128 a; address b; uint256 c; }`);
    const validation = await validateUpgrade({ from: v1("A"), to: v2("A"), kind: "uups", compile });
    expect(validation.problems).to.deep.equal([]);
    expect(validation.slots).to.deep.equal([]);
  });

  it("error: plain storage that moves is refused, with the slots it moves through", async () => {
    const v1 = await build("one", `${UUPS} contract A is Proxied { uint256 a; address b; }`);
    const v2 = await build("two", `${UUPS} contract A is Proxied { address b; uint256 a; }`);
    const validation = await validateUpgrade({ from: v1("A"), to: v2("A"), kind: "uups", compile });
    expect(validation.problems.map(({ kind }) => kind)).to.deep.equal(["layout"]);
    expect(validation.slots.map(({ slot, was, becomes }) => [slot, was, becomes])).to.deep.equal([
      ["0", "a (uint256)", "b (address)"],
      ["1", "b (address)", "a (uint256)"],
    ]);
  });

  it("error: unsafe operations are named", async () => {
    const bodies = {
      delegatecall: "function f(address a) external { a.delegatecall(''); }",
      selfdestruct: "function f() external { selfdestruct(payable(msg.sender)); }",
      constructor: "uint256 x; constructor() { x = 1; }",
      "state-variable-assignment": "uint256 x = 1;",
      "state-variable-immutable": "uint256 immutable x = 1;",
    };
    const contracts = Object.values(bodies).map((body, i) => `contract B${i} is Proxied { ${body} }`);
    const v1 = await build("one", `${UUPS} contract A is Proxied {} ${contracts.join("\n")}`);
    for (const [i, kind] of Object.keys(bodies).entries()) {
      const validation = await validateUpgrade({ from: v1("A"), to: v1(`B${i}`), kind: "uups", compile });
      expect(validation.problems.map((problem) => problem.kind)).to.deep.equal([kind]);
      expect(validation.problems[0]?.message).to.contain("project/contracts/C.sol:");
    }
  });

  it("error: an implementation that leaves no way to upgrade again", async () => {
    const v1 = await build("one", `${UUPS} contract A is Proxied {}`);
    const v2 = await build("two", "contract B { uint256 a; }");
    const validate = (kind: "uups" | "transparent") =>
      validateUpgrade({ from: v1("A"), to: v2("B"), kind, compile });
    expect((await validate("uups")).problems.map(({ kind }) => kind)).to.deep.equal([
      "missing-public-upgradeto",
    ]);
    expect((await validate("transparent")).problems).to.deep.equal([]);
  });

  it("error: a base that the proxy never initialised", async () => {
    const base = `
      abstract contract Initializable {
        modifier initializer() { _; }
        modifier reinitializer(uint64) { _; }
        modifier onlyInitializing() { _; }
      }
      abstract contract Old is Initializable { uint256 o; function __Old_init() internal onlyInitializing { o = 1; } }`;
    const first =
      "contract A is Proxied, Old { function initialize() external initializer { __Old_init(); } }";
    const v1 = await build("one", `${UUPS} ${base} ${first}`);
    const v2 = await build(
      "two",
      `${UUPS} ${base} abstract contract New is Initializable { uint256 n; function __New_init() internal onlyInitializing { n = 1; } }
       contract B is Proxied, Old { uint256 a; }
       contract C is Proxied, Old, New { uint256 a; }
       contract D is Proxied, Old, New {
         /// @custom:oz-upgrades-validate-as-initializer
         function next() external reinitializer(2) { __New_init(); }
       }
       contract E is Proxied, Old, New {
         /// @custom:oz-upgrades-validate-as-initializer
         function next() external reinitializer(2) { n = 2; }
       }`,
    );
    const validate = async (name: string) =>
      (await validateUpgrade({ from: v1("A"), to: v2(name), kind: "uups", compile })).problems.map(
        ({ kind }) => kind,
      );
    expect(await validate("B")).to.deep.equal([]);
    expect(await validate("C")).to.deep.equal(["missing-initializer"]);
    expect(await validate("D")).to.deep.equal([]);
    expect(await validate("E")).to.deep.equal(["missing-initializer-call"]);
  });

  it("error: an abstract contract, and one that is not compiled", async () => {
    const v1 = await build("one", `${UUPS} contract A is Proxied {}`);
    await rejects(
      validateUpgrade({ from: v1("A"), to: v1("Proxied"), kind: "uups", compile }),
      "NOT_DEPLOYABLE",
    );
    await rejects(readCompiledContract(hre, "NoSuchVault"), "UNKNOWN_ARTIFACT");
  });
});

async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.have.property("code", code);
}
