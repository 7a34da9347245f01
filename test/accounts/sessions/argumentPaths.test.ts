import { expect } from "chai";
import fc from "fast-check";
import {
  type AbiParameter,
  encodeAbiParameters,
  type Hex,
  hexToBigInt,
  hexToBytes,
  keccak256,
  slice,
} from "viem";
import { type ArgumentPath, findPaths } from "../../../src/accounts/sessions/argumentPaths.ts";
import { nameArgument } from "../../../src/accounts/sessions/nameArgument.ts";
import { refusedWith } from "../../refusedWith.ts";

const word = (value: bigint): Hex => encodeAbiParameters([{ type: "uint256" }], [value]);

/** As `ArgumentRules._find` reads calldata, without the selector. */
function readPath(data: Hex, path: readonly number[], hashed: boolean): Hex {
  const wordAt = (position: number) => slice(data, position, position + 32, { strict: true });
  let base = 0;
  for (const [i, step] of path.entries()) {
    const found = wordAt(base + step * 32);
    if (i === path.length - 1 && !hashed) return found;
    base += Number(hexToBigInt(found));
  }
  const length = Number(hexToBigInt(wordAt(base)));
  return keccak256(hexToBytes(data).slice(base + 32, base + 32 + length));
}

interface Example {
  type: string;
  components?: AbiParameter[];
  value: unknown;
  /** Rules for every word in it that a rule can reach: the value itself, so that the read word is known. */
  rules: unknown;
}

const number = fc
  .bigInt({ min: 0n, max: 2n ** 256n - 1n })
  .map((value): Example => ({ type: "uint256", value, rules: value }));
const bytes = fc.uint8Array({ maxLength: 70 }).map((raw): Example => {
  const value: Hex = `0x${Buffer.from(raw).toString("hex")}`;
  return { type: "bytes", value, rules: value };
});

const { example } = fc.letrec<{ example: Example; compound: Example }>((tie) => ({
  example: fc.oneof({ depthSize: "small", withCrossShrink: true }, number, bytes, tie("compound")),
  compound: fc.oneof(
    fc
      .tuple(tie("example"), fc.integer({ min: 1, max: 3 }), fc.boolean())
      .map(([element, size, listed]): Example => {
        const indices = Array.from({ length: size }, (_, i) => i);
        return {
          ...element,
          type: `${element.type}[${listed ? "" : size}]`,
          value: indices.map(() => element.value),
          rules: {
            ...(listed && { length: BigInt(size) }),
            ...Object.fromEntries(indices.map((i) => [i, element.rules])),
          },
        };
      }),
    fc.array(tie("example"), { minLength: 1, maxLength: 3 }).map(
      (fields): Example => ({
        type: "tuple",
        components: fields.map(({ type, components }, i) => parameterOf({ type, components }, `f${i}`)),
        value: Object.fromEntries(fields.map(({ value }, i) => [`f${i}`, value])),
        rules: Object.fromEntries(fields.map(({ rules }, i) => [`f${i}`, rules])),
      }),
    ),
  ),
}));

const parameterOf = (
  { type, components }: { type: string; components?: AbiParameter[] | undefined },
  name: string,
): AbiParameter => ({ name, type, ...(components && { components }) }) as AbiParameter;

/** Text inside a list is out of reach; every other part of an example is not. */
function withoutUnreachable(
  inputs: AbiParameter[],
  given: Record<string, unknown>,
): [ArgumentPath, unknown][] | undefined {
  const found: [ArgumentPath, unknown][] = [];
  try {
    findPaths(inputs, given, (path, value) => found.push([path, value]));
  } catch {
    return undefined;
  }
  return found;
}

describe("accounts/sessions/argumentPaths", () => {
  it("behavior: a path reads the argument it was made for, whatever the types, and leads back to its name", () => {
    let reached = 0;
    fc.assert(
      fc.property(fc.array(example, { minLength: 1, maxLength: 4 }), (examples) => {
        const inputs = examples.map((one, i) => parameterOf(one, `a${i}`));
        const data = encodeAbiParameters(inputs, examples.map(({ value }) => value) as never);
        const given = Object.fromEntries(examples.map(({ rules }, i) => [`a${i}`, rules]));
        for (const [{ path, parameter, hashed }, value] of withoutUnreachable(inputs, given) ?? []) {
          reached += 1;
          expect(readPath(data, path, hashed)).to.equal(
            hashed ? keccak256(value as Hex) : word(value as bigint),
          );
          const named = nameArgument(inputs, path, hashed);
          expect(named?.parameter.type).to.equal(parameter.type);
        }
      }),
      { numRuns: 300 },
    );
    expect(reached).to.be.greaterThan(300);
  });

  it("behavior: names are the ABI's, elements have their index", () => {
    const inputs = [
      { name: "to", type: "address" },
      {
        name: "orders",
        type: "tuple[]",
        components: [
          { name: "memo", type: "string" },
          { name: "amount", type: "uint256" },
        ],
      },
    ];
    const paths: ArgumentPath[] = [];
    findPaths(inputs, { orders: { length: 2n, 1: { amount: 5n } } }, (path) => paths.push(path));
    expect(paths.map(({ path }) => nameArgument(inputs, path, false)?.name)).to.deep.equal([
      "orders[1].amount",
      "orders.length",
    ]);
  });

  it("error: an argument that is not there, an index out of bounds, text inside a list", () => {
    const inputs = [
      { name: "pair", type: "uint256[2]" },
      { name: "memos", type: "string[]" },
    ];
    const find = (given: Record<string, unknown>) => () => findPaths(inputs, given, () => {});
    refusedWith(find({ pears: 1n }), "SESSION_ARGUMENT_UNKNOWN");
    refusedWith(find({ pair: { 2: 1n } }), "SESSION_ARGUMENT_UNKNOWN");
    refusedWith(find({ pair: { length: 2n } }), "SESSION_ARGUMENT_UNKNOWN");
    refusedWith(find({ memos: { 0: "rent" } }), "SESSION_RULE_NOT_EXPRESSIBLE");
  });
});
