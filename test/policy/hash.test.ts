import { expect } from "chai";
import fc from "fast-check";
import { canonicalJson, hashCanonical } from "../../src/policy/hash.ts";
import { mergeOverride } from "../../src/policy/merge.ts";
import { compileExample, examplePolicy } from "./examplePolicy.ts";

/** The same, with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, v]) => [key, reversed(v)]),
  );
}

describe("policy hash", () => {
  it("behavior: the order of keys does not matter, for every value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(hashCanonical(reversed(value))).to.equal(hashCanonical(value));
      }),
    );
  });

  it("behavior: canonical JSON is JSON, and loses nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).to.deep.equal(plain);
      }),
    );
  });

  it("behavior: bigints are decimal strings, and undefined fields are not there", () => {
    expect(canonicalJson({ b: 2n ** 70n, a: undefined })).to.equal('{"b":"1180591620717411303424"}');
  });

  it("behavior: the same policy in other words has the same hash, another policy another", () => {
    const hash = compileExample().policyHash;
    expect(compileExample({ timelocks: { timelock: { delay: "48 hours" } } }).policyHash).to.equal(hash);
    expect(compileExample({ timelocks: { timelock: { delay: "49 hours" } } }).policyHash).not.to.equal(hash);
    expect(compileExample({ safes: { council: { threshold: 3 } } }).policyHash).not.to.equal(hash);
  });

  it("behavior: what another network overrides does not change this network's hash", () => {
    const hash = compileExample().policyHash;
    const networks = { mainnet: { safes: { council: { threshold: 3 } } } };
    expect(compileExample({ networks } as never).policyHash).to.equal(hash);
  });
});

describe("mergeOverride", () => {
  it("behavior: an empty override changes nothing, and neither side is changed, for every value", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (base, override) => {
          const before = JSON.stringify([base, override]);
          mergeOverride(base, override);
          expect(mergeOverride(base, {})).to.deep.equal(base);
          expect(JSON.stringify([base, override])).to.equal(before);
        },
      ),
    );
  });

  it("behavior: to override twice with the same is to override once, where nothing is replaced whole", () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node")),
      ),
    })).node;
    fc.assert(
      fc.property(value, value, (base, override) => {
        const once = mergeOverride(base, override);
        expect(mergeOverride(once, override)).to.deep.equal(once);
      }),
    );
  });

  it("behavior: the shared part is left as it was", () => {
    expect(examplePolicy.timelocks?.timelock?.delay).to.equal("2 days");
  });
});
