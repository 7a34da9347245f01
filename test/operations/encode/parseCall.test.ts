import { expect } from "chai";
import fc from "fast-check";
import { type Abi, type Address, encodeFunctionData, parseAbi, toFunctionSelector } from "viem";
import type { AddressBook } from "../../../src/chain/addressBook.ts";
import { PortcullisError } from "../../../src/errors.ts";
import { parseCall } from "../../../src/operations/encode/parseCall.ts";

const abi = parseAbi([
  "struct Limit { address to; uint256 amount; }",
  "function setLimit(uint256 limit)",
  "function deposit() payable",
  "function setDelay(uint32 delay)",
  "function move(address to, int8 steps, bool fast, string memo)",
  "function setLimits(Limit[] limits, uint8[2] pair)",
  "function store(bytes data, bytes32 key, bytes4[] selectors)",
  "function set(uint256 x)",
  "function set(bytes32 x)",
  "function set(uint256 x, uint256 y)",
  "function limit() view returns (uint256)",
]);
const vault: Address = "0x1111111111111111111111111111111111111111";
const alice: Address = "0x2222222222222222222222222222222222222222";
const safe: Address = "0x3333333333333333333333333333333333333333";
const book: AddressBook = {
  chainId: 1,
  entries: [
    { name: "vault", address: vault, abi: abi as Abi },
    { name: "alice", address: alice },
    { name: "council-2", address: safe },
  ],
};
const data = (functionName: string, args: unknown[]) =>
  encodeFunctionData({ abi: abi as Abi, functionName, args });
const parse = (text: string) => parseCall(text, book);

describe("operations/encode parseCall", () => {
  it("behavior: units, exponents, separators and hexadecimal", () => {
    const limits: [string, bigint][] = [
      ["100 ether", 100n * 10n ** 18n],
      ["1.5 ether", 15n * 10n ** 17n],
      ["0.000000001 gwei", 1n],
      ["3 wei", 3n],
      ["25e6", 25_000_000n],
      ["1.25e6", 1_250_000n],
      ["1_000_000", 1_000_000n],
      ["0xff", 255n],
      ["max", 2n ** 256n - 1n],
      ["2 days", 172_800n],
      ["1 day 12 hours", 129_600n],
      ["1.5 weeks", 907_200n],
    ];
    for (const [text, value] of limits)
      expect(parse(`vault.setLimit(${text})`).data, text).to.equal(data("setLimit", [value]));
  });

  it("behavior: names, labels in any order, strings, signs, lists, tuples, nested calls and selectors", () => {
    expect(parse(" vault . move ( alice , -3 , true , 'it\\'s \\u{1f600}' ) ").data).to.equal(
      data("move", [alice, -3, true, "it's \u{1f600}"]),
    );
    expect(parse('vault.move(memo: "", fast: false, steps: 0, to: council-2)').data).to.equal(
      data("move", [safe, 0, false, ""]),
    );
    expect(parse("vault.setLimits([(alice, 1 ether), (amount: 2, to: vault)], [1, 2])").data).to.equal(
      data("setLimits", [
        [
          { to: alice, amount: 10n ** 18n },
          { to: vault, amount: 2n },
        ],
        [1, 2],
      ]),
    );
    expect(
      parse(`vault.store(vault.setLimit(5), 0x${"ab".repeat(32)}, [vault.setLimit, 0x01020304])`).data,
    ).to.equal(
      data("store", [
        data("setLimit", [5n]),
        `0x${"ab".repeat(32)}`,
        [toFunctionSelector("setLimit(uint256)"), "0x01020304"],
      ]),
    );
  });

  it("behavior: ETH with a call, before or behind the arguments, and alone", () => {
    const call = { to: vault, value: 10n ** 18n, data: data("deposit", []) };
    expect(parse("vault.deposit(){value: 1 ether}")).to.deep.equal(call);
    expect(parse("vault.deposit{value: 1 ether}()")).to.deep.equal(call);
    expect(parse("alice{value: 5 wei}")).to.deep.equal({ to: alice, value: 5n, data: "0x" });
  });

  it("behavior: overloads by number of arguments, then by full signature", () => {
    expect(parse("vault.set(1, 2)").data.slice(0, 10)).to.equal(toFunctionSelector("set(uint256,uint256)"));
    expect(parse("vault.set(uint)(1)").data.slice(0, 10)).to.equal(toFunctionSelector("set(uint256)"));
    expect(parse(`vault.set(bytes32)(0x${"00".repeat(32)})`).data.slice(0, 10)).to.equal(
      toFunctionSelector("set(bytes32)"),
    );
  });

  it("behavior: without an ABI the writer gives the types", () => {
    expect(parse("council-2.changeThreshold(uint256)(2)").data.slice(0, 10)).to.equal(
      toFunctionSelector("changeThreshold(uint256)"),
    );
    expect(parse(`${safe}.f((address,uint8)[])([(alice, 1)])`).to).to.equal(safe);
  });

  it("behavior: an address may carry its chain, and only the right one", () => {
    expect(parse(`vault.move(eth:${alice}, 0, true, "")`).data).to.equal(data("move", [alice, 0, true, ""]));
    refused(`vault.move(oeth:${alice}, 0, true, "")`, "WRONG_CHAIN", /chain 1/);
  });

  const errors: [string, string, RegExp][] = [
    ["vualt.setLimit(1)", "CALL_UNKNOWN_CONTRACT", /did you mean vault\?/],
    ["nothing.setLimit(1)", "CALL_UNKNOWN_CONTRACT", /one of: vault, alice, council-2/],
    ["vault.setLimits2(1)", "CALL_UNKNOWN_FUNCTION", /did you mean vault\.setLimits?/],
    ["vault.limit()", "CALL_READS_ONLY", /only reads/],
    ["vault.setLimit()", "CALL_ARGUMENT_COUNT", /takes 1 argument \(uint256 limit\), not 0/],
    ["vault.setLimit(1, 2)", "CALL_ARGUMENT_COUNT", /takes 1 argument \(uint256 limit\), not 2/],
    ["vault.set(1)", "CALL_AMBIGUOUS", /set\(uint256\) or set\(bytes32\)/],
    ["vault.set(1, 2, 3)", "CALL_ARGUMENT_COUNT", /3 arguments/],
    ["vault.set(int8)(1)", "CALL_UNKNOWN_FUNCTION", /one of: set\(uint256\)/],
    ["vault.setLimit(alice)", "CALL_ARGUMENT_TYPE", /limit \(uint256\) cannot be "alice"/],
    ["vault.setLimit(-1)", "CALL_ARGUMENT_TYPE", /holds 0 to 2\^256 - 1/],
    ["vault.setLimit(1.5)", "CALL_ARGUMENT_TYPE", /not a whole number/],
    ["vault.setLimit(1 eth)", "CALL_ARGUMENT_TYPE", /"eth" is no unit/],
    ["vault.setLimit(0.5 wei)", "CALL_ARGUMENT_TYPE", /finer/],
    ["vault.setLimit(1e100)", "CALL_ARGUMENT_TYPE", /exponent/],
    ["vault.setLimit(1 ether 2 ether)", "CALL_ARGUMENT_TYPE", /only times/],
    ["vault.setDelay(137 weeks 1)", "CALL_ARGUMENT_TYPE", /each with its unit/],
    [
      "vault.setDelay(5000000000)",
      "CALL_ARGUMENT_TYPE",
      /delay \(uint32\) cannot be "5000000000": uint32 holds 0 to 4294967295/,
    ],
    ['vault.move(alcie, 0, true, "")', "CALL_UNKNOWN_NAME", /did you mean alice\?/],
    ['vault.move(0x22, 0, true, "")', "CALL_ARGUMENT_TYPE", /20 bytes/],
    [
      'vault.move(0xABcdEFABcdEFabcdEfAbCdefabcdeFABcDEFabCd, 0, true, "")',
      "CALL_ARGUMENT_TYPE",
      /checksum is wrong/,
    ],
    ['vault.move(alice, 128, true, "")', "CALL_ARGUMENT_TYPE", /holds -128 to 127/],
    ['vault.move(alice, 0, yes, "")', "CALL_ARGUMENT_TYPE", /true or false/],
    ["vault.move(alice, 0, true, hello)", "CALL_ARGUMENT_TYPE", /in quotes/],
    ['vault.move(to: alice, stps: 0, fast: true, memo: "")', "CALL_ARGUMENT_NAME", /did you mean steps\?/],
    ['vault.move(to: alice, to: alice, fast: true, memo: "")', "CALL_ARGUMENT_NAME", /given twice/],
    ['vault.move(to: alice, 0, true, "")', "CALL_ARGUMENT_NAME", /has no name/],
    ["vault.setLimits([(alice, 1)], [1])", "CALL_ARGUMENT_TYPE", /exactly 2 elements/],
    ["vault.setLimits([(alice)], [1, 2])", "CALL_ARGUMENT_COUNT", /takes 2 fields/],
    ["vault.setLimits(1, [1, 2])", "CALL_ARGUMENT_TYPE", /write a list/],
    ["vault.store(0x1, 0x00, [])", "CALL_ARGUMENT_TYPE", /odd number/],
    ["vault.store(0x, 0x00, [])", "CALL_ARGUMENT_TYPE", /must have 32 bytes, and has 1/],
    ["vault.setLimit(1){value: 1 wei}", "CALL_NOT_PAYABLE", /takes no ETH/],
    ["alice.pay(1)", "CALL_UNKNOWN_FUNCTION", /alice\.pay\(uint256\)/],
    ["vault.setLimit(1", "CALL_SYNTAX", /Expected "," and found the end, at character 17/],
    ["vault.setLimit 1)", "CALL_SYNTAX", /Expected "\(" and found "1"/],
    ["setLimit(1)", "CALL_SYNTAX", /names no contract/],
    ["vault.setLimit(100ether)", "CALL_SYNTAX", /neither a number nor a name/],
    ['vault.move(alice, 0, true, "a)', "CALL_SYNTAX", /no closing quote/],
    ["vault.setLimit(1);", "CALL_SYNTAX", /Unexpected ";"/],
    ["vault.setLimit(1) vault.setLimit(2)", "CALL_SYNTAX", /Expected nothing more/],
    ["", "CALL_SYNTAX", /Expected a contract/],
    [`vault.setLimit(${"[".repeat(40)}`, "CALL_SYNTAX", /deeper/],
  ];
  for (const [text, code, message] of errors)
    it(`error: ${text || "empty"}`, () => refused(text, code, message));

  it("behavior: any text is a call or a refusal of ours", () => {
    const piece = fc.constantFrom(
      "vault",
      ".",
      "setLimit",
      "(",
      ")",
      "[",
      "]",
      "{",
      "value",
      ":",
      ",",
      "1",
      "ether",
      "0x",
      '"',
      "alice",
      "-",
      " ",
      "1e5",
      "set",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 14 }).map((p) => p.join("")),
        ),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            if (!(error instanceof PortcullisError)) throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function refused(text: string, code: string, message: RegExp): void {
  let error: unknown;
  try {
    parse(text);
  } catch (caught) {
    error = caught;
  }
  expect(error, text).to.be.instanceOf(PortcullisError);
  const refusal = error as PortcullisError;
  expect(refusal.code).to.equal(code);
  expect(`${refusal.message} ${refusal.hint}`).to.match(message);
}
