import { expect } from "chai";
import fc from "fast-check";
import { type Address, getAddress, type Hash, type Hex, pad, zeroHash } from "viem";
import {
  canonicalJson,
  hashCanonicalEffects,
  hashEffects,
} from "../../../src/operations/effects/canonical.ts";
import { canonicalEffects } from "../../../src/operations/effects/canonicalEffects.ts";
import { compareEffects } from "../../../src/operations/effects/compare.ts";
import type { EffectFrame, EffectReport } from "../../../src/operations/effects/types.ts";

type Uncommitted = Omit<EffectReport, "canonical">;

const address = fc
  .integer({ min: 1, max: 40 })
  .map((n) => getAddress(pad(`0x${n.toString(16)}`, { size: 20 })));
const hash = fc.integer({ min: 1, max: 40 }).map((n) => pad(`0x${n.toString(16)}`) as Hash);
const amount = fc.bigInt({ min: 1n, max: 2n ** 100n });

const frameOver = (calls: fc.Arbitrary<EffectFrame[]>): fc.Arbitrary<EffectFrame> =>
  fc.record({
    type: fc.constantFrom("CALL" as const, "DELEGATECALL" as const, "STATICCALL" as const),
    from: address,
    to: address,
    codehash: fc.option(hash),
    value: amount,
    input: fc.constant("0x12345678" as Hex),
    selector: fc.constant("0x12345678" as Hex),
    calls,
  });
const frame = frameOver(fc.array(frameOver(fc.constant([])), { maxLength: 3 }));

const report: fc.Arbitrary<Uncommitted> = fc.record({
  chainId: fc.constant(1),
  simulator: fc.constant({ kind: "fork" as const, proved: [] }),
  block: fc.record({ number: amount, hash, timestamp: amount }),
  time: amount,
  success: fc.constant(true),
  gasUsed: amount,
  calls: fc.array(frame, { maxLength: 3 }),
  logs: fc.constant([]),
  changes: fc.constant([]),
  flows: fc.array(
    fc.record({
      asset: fc.oneof(fc.constant("ETH" as const), address),
      standard: fc.constant("ERC20" as const),
      from: address,
      to: address,
      amount,
      ids: fc.constant([]),
    }),
  ),
  allowances: fc.array(
    fc.record({
      token: address,
      owner: address,
      spender: address,
      amount,
      standard: fc.constant("ERC20" as const),
    }),
  ),
  admin: fc.array(
    fc.record({
      contract: address,
      path: fc.constantFrom("owner", "paused", "timelock.delay", "safe.threshold"),
      from: fc.constantFrom("1", "2"),
      to: fc.constantFrom("3", "4"),
    }),
  ),
  created: fc.array(fc.record({ address, codehash: hash, by: address })),
  delegatecalls: fc.constant([]),
  invariants: fc.constant([]),
  bounds: fc.array(fc.record({ asset: address, to: address, max: amount, amount, holds: fc.constant(true) })),
});

const commit = (of: Uncommitted): Hash => hashCanonicalEffects(canonicalEffects(of));

describe("effects/canonical", () => {
  it("behavior: equal data are equal bytes, whatever the order of their keys", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer()), {
          noNullPrototype: true,
        }),
        (data) => {
          const reversed = Object.fromEntries(Object.entries(data).reverse());
          expect(canonicalJson(reversed)).to.equal(canonicalJson(data));
          expect(JSON.parse(canonicalJson(data))).to.deep.equal({ ...data });
        },
      ),
    );
    expect(canonicalJson({ b: [1, null], a: "x" })).to.equal('{"a":"x","b":[1,null]}');
  });

  it("error: what has no one form is not hashed", () => {
    for (const value of [1n, 1.5, undefined, new Date(0), new Map(), Number.NaN]) {
      expect(() => canonicalJson({ value }))
        .to.throw()
        .with.property("code", "EFFECTS_NOT_CANONICAL");
    }
  });

  it("behavior: the hash knows no order but that of the calls, and no amount, time, block or gas", () => {
    fc.assert(
      fc.property(report, fc.nat(), amount, (base, seed, other) => {
        const turn = <T>(list: readonly T[]): T[] => {
          const at = list.length === 0 ? 0 : seed % list.length;
          return [...list.slice(at), ...list.slice(0, at)];
        };
        const same: Uncommitted = {
          ...base,
          simulator: { kind: "embedded", proved: ["logs"] },
          block: { number: other, hash: zeroHash, timestamp: other },
          time: other,
          gasUsed: other,
          admin: turn(base.admin),
          created: turn(base.created),
          allowances: turn(base.allowances).map((item) => ({ ...item, amount: other })),
          flows: turn(base.flows).map((item) => ({ ...item, amount: other })),
          bounds: turn(base.bounds).map((item) => ({ ...item, amount: other })),
          changes: [{ address: base.block.hash as unknown as Address, storage: [] }],
        };
        expect(commit(same)).to.equal(commit(base));
        expect(compareEffects(canonicalEffects(base), canonicalEffects(same)).equal).to.equal(true);
      }),
    );
  });

  it("behavior: whatever matters changes the hash, and the comparison says what", () => {
    const stranger = getAddress("0x00000000000000000000000000000000000000ff");
    const changes: Record<string, (base: Uncommitted) => Uncommitted> = {
      admin: (base) => ({
        ...base,
        admin: [...base.admin, { contract: stranger, path: "owner", from: "1", to: "2" }],
      }),
      recipients: (base) => ({
        ...base,
        flows: [
          ...base.flows,
          { asset: "ETH", standard: "ETH", from: stranger, to: stranger, amount: 1n, ids: [] },
        ],
      }),
      code: (base) => ({
        ...base,
        created: [...base.created, { address: stranger, codehash: zeroHash, by: stranger }],
      }),
      allowances: (base) => ({
        ...base,
        allowances: [
          ...base.allowances,
          { token: stranger, owner: stranger, spender: stranger, amount: "all", standard: "ERC721" },
        ],
      }),
      bounds: (base) => ({
        ...base,
        bounds: [...base.bounds, { asset: "ETH", to: stranger, max: 1n, amount: 1n, holds: true }],
      }),
      calls: (base) => ({
        ...base,
        calls: [
          ...base.calls,
          { type: "CALL", from: stranger, to: stranger, codehash: null, value: 0n, input: "0x", calls: [] },
        ],
      }),
    };
    for (const [part, change] of Object.entries(changes)) {
      fc.assert(
        fc.property(report, (base) => {
          expect(commit(change(base))).to.not.equal(commit(base));
          const { equal, differences } = compareEffects(
            canonicalEffects(base),
            canonicalEffects(change(base)),
          );
          expect(equal).to.equal(false);
          expect(differences.map((difference) => [difference.part, difference.side])).to.deep.equal([
            [part, "new"],
          ]);
        }),
        { numRuns: 30 },
      );
    }
  });

  it("behavior: calls in another order, or with a rolled-back one, are other effects", () => {
    const call = (to: Address, more: Partial<EffectFrame> = {}): EffectFrame => ({
      type: "CALL",
      from: to,
      to,
      codehash: null,
      value: 0n,
      input: "0x",
      calls: [],
      ...more,
    });
    const [a, b] = [
      "0x000000000000000000000000000000000000000a",
      "0x000000000000000000000000000000000000000b",
    ] as const;
    const of = (calls: readonly EffectFrame[]) =>
      commit({ ...fc.sample(report, { numRuns: 1, seed: 1 })[0]!, calls });
    expect(of([call(a), call(b)])).to.not.equal(of([call(b), call(a)]));
    expect(of([call(a)])).to.not.equal(of([call(a, { reverted: "no" })]));
    expect(of([call(a)])).to.not.equal(of([call(a, { value: 1n })]));
    expect(of([call(a)])).to.equal(of([call(a, { calls: [call(b, { type: "STATICCALL" })] })]));
  });

  it("behavior: what CREATE made is known by its turn, whatever its nonce made of its address", () => {
    const base = fc.sample(report, { numRuns: 1, seed: 1 })[0]!;
    const made = (to: Address, type: "CREATE" | "CREATE2") => {
      const from: Address = "0x000000000000000000000000000000000000000a";
      const calls: EffectFrame[] = [
        { type, from, to, codehash: zeroHash, value: 0n, input: "0x", calls: [] },
      ];
      const admin = [{ contract: to, path: `timelock.proposer.${to}`, to: "held" }];
      return commit({ ...base, calls, admin, created: [{ address: to, codehash: zeroHash, by: from }] });
    };
    const [x, y] = [
      "0x00000000000000000000000000000000000000f1",
      "0x00000000000000000000000000000000000000f2",
    ] as const;
    expect(made(x, "CREATE")).to.equal(made(y, "CREATE"));
    expect(made(x, "CREATE2")).to.not.equal(made(y, "CREATE2"));
  });

  it("error: what reverts has no effects to commit to", () => {
    const base = fc.sample(report, { numRuns: 1, seed: 1 })[0]!;
    const failed = { ...base, success: false, reason: "no", canonical: canonicalEffects(base) };
    expect(() => hashEffects(failed))
      .to.throw()
      .with.property("code", "SIMULATION_REVERTED");
  });
});
