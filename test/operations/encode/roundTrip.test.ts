import { expect } from "chai";
import fc from "fast-check";
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  checksumAddress,
  encodeFunctionData,
  type Hex,
} from "viem";
import type { AddressBook } from "../../../src/chain/addressBook.ts";
import { parseCall } from "../../../src/operations/encode/parseCall.ts";
import { writeCall } from "../../../src/operations/encode/writeCall.ts";

describe("operations/encode round trip", () => {
  it("behavior: what is written reads back to the same bytes, for any function and any values", () => {
    fc.assert(
      fc.property(anyCall(), fc.array(anyName(), { maxLength: 4 }), ({ item, args, to, value }, names) => {
        const data = encodeFunctionData({ abi: [item], functionName: item.name, args });
        const book: AddressBook = {
          chainId: 1,
          entries: [
            { name: "target", address: to, abi: [item] },
            // names of addresses that occur among the arguments, duplicates and unreadable names included
            ...names.map((name, i) => ({ name, address: addressOf(BigInt(i)) })),
          ],
        };
        const text = writeCall({ to, value, item, args }, book);
        expect(parseCall(text, book)).to.deep.equal({ to, value, data });
      }),
      { numRuns: 400 },
    );
  });

  it("behavior: an overload is written with its types", () => {
    const set = (type: string): AbiFunction => ({
      type: "function",
      name: "set",
      stateMutability: "nonpayable",
      outputs: [],
      inputs: [{ type, name: "x" }],
    });
    const book: AddressBook = {
      chainId: 1,
      entries: [{ name: "target", address: addressOf(9n), abi: [set("uint256"), set("bytes32")] }],
    };
    expect(writeCall({ to: addressOf(9n), value: 0n, item: set("uint256"), args: [5n] }, book)).to.equal(
      "target.set(uint256)(x: 5)",
    );
  });
});

function addressOf(n: bigint): Address {
  return checksumAddress(`0x${n.toString(16).padStart(40, "0")}`);
}

function anyName() {
  return fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom("alice", "bob-2", "a.b", "max", "true", "target", "x"),
  );
}

function anyCall() {
  return fc
    .tuple(fc.uniqueArray(fc.stringMatching(/^[a-z_$]{0,3}$/), { maxLength: 4 }), fc.boolean())
    .chain(([names, payable]) =>
      fc
        .tuple(
          ...names.map((name) => anyParameter(2).map((p) => ({ ...p, parameter: { ...p.parameter, name } }))),
        )
        .chain((fields) => {
          const typed = fields as Typed[];
          return fc.record({
            args: fc.tuple(...typed.map((f) => f.value)) as fc.Arbitrary<unknown[]>,
            to: fc.bigInt(0n, 2n ** 160n - 1n).map(addressOf),
            value: payable ? fc.bigInt(0n, 2n ** 256n - 1n) : fc.constant(0n),
            item: fc.constant<AbiFunction>({
              type: "function",
              name: "f",
              stateMutability: payable ? "payable" : "nonpayable",
              inputs: typed.map((f) => f.parameter),
              outputs: [],
            }),
          });
        }),
    );
}

interface Typed {
  parameter: AbiParameter;
  value: fc.Arbitrary<unknown>;
}

function anyParameter(depth: number): fc.Arbitrary<Typed> {
  const plain = fc.oneof(
    fc.constant({
      type: "address",
      value: fc.oneof(fc.bigInt(0n, 5n), fc.bigInt(0n, 2n ** 160n - 1n)).map(addressOf),
    }),
    fc.constant({ type: "bool", value: fc.boolean() }),
    fc.constant({
      type: "string",
      value: fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.constant('"\\\n\t\u202e')),
    }),
    fc.constant({ type: "bytes", value: hex(0, 70) }),
    fc.integer({ min: 1, max: 32 }).map((n) => ({ type: `bytes${n}`, value: hex(n, n) })),
    fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 32 })).map(([signed, n]) => ({
      type: `${signed ? "int" : "uint"}${n * 8}`,
      value: integer(signed, n * 8),
    })),
  );
  const leaf: fc.Arbitrary<Typed> = plain.map(({ type, value }) => ({ parameter: { type }, value }));
  if (depth === 0) return leaf;
  const inner = anyParameter(depth - 1);
  const list = fc
    .tuple(inner, fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }))
    .map(([{ parameter, value }, n]) => ({
      parameter: { ...parameter, type: `${parameter.type}[${n ?? ""}]` } as AbiParameter,
      value: fc.array(value, n === undefined ? { maxLength: 3 } : { minLength: n, maxLength: n }),
    }));
  const tuple = fc
    .array(fc.tuple(inner, fc.constantFrom("", "a", "b", "c")), { minLength: 1, maxLength: 3 })
    .map((fields): Typed => {
      const components = fields.map(([f, name]) => ({ ...f.parameter, name }));
      const names = components.map((c) => c.name);
      const named = names.every(Boolean) && new Set(names).size === names.length;
      const values = fields.map(([f]) => f.value);
      return {
        parameter: { type: "tuple", components } as unknown as AbiParameter,
        value: named
          ? fc.record(Object.fromEntries(names.map((n, i) => [n, values[i]!])))
          : fc.tuple(...values),
      };
    });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: list },
    { weight: 1, arbitrary: tuple },
  );
}

function hex(minLength: number, maxLength: number): fc.Arbitrary<Hex> {
  return fc.uint8Array({ minLength, maxLength }).map((b) => `0x${Buffer.from(b).toString("hex")}` as Hex);
}

function integer(signed: boolean, bits: number): fc.Arbitrary<bigint | number> {
  const max = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const min = signed ? -max - 1n : 0n;
  const round = fc
    .tuple(fc.bigInt(0n, 20n), fc.constantFrom(6n, 9n, 15n, 18n))
    .map(([m, e]) => m * 10n ** e)
    .filter((n) => n <= max);
  return fc
    .oneof(fc.constantFrom(min, max), round, fc.bigInt(min, max))
    .map((n) => (bits <= 48 ? Number(n) : n));
}
