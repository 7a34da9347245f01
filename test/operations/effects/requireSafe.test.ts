import { expect } from "chai";
import { type Address, encodeAbiParameters, type Hex, toFunctionSelector, zeroHash } from "viem";
import { formatEffects } from "../../../src/operations/effects/format.ts";
import { requireSafeEffects } from "../../../src/operations/effects/requireSafe.ts";
import type { AdminChange, EffectFrame, EffectReport } from "../../../src/operations/effects/types.ts";
import { compareReadings, type InvariantReading } from "../../../src/operations/simulate/invariants.ts";
import type { Invariant } from "../../../src/operations/simulate/types.ts";
import { refusedWith } from "../../refusedWith.ts";

const VAULT: Address = "0x00000000000000000000000000000000000000a1";
const ALICE: Address = "0x00000000000000000000000000000000000000E1";
const WORD = { acceptBrokenInvariants: true };
const MEMBER = `manager.role.5.member.${ALICE}`;

const word = (value: bigint): Hex => encodeAbiParameters([{ type: "uint256" }], [value]);
const bounds = { name: "vault.limit()", to: VAULT, data: "0x" as Hex, min: 10n, max: 100n };
const said = ({ min = 0n, max = 2n ** 255n, equals }: Invariant, value: bigint): InvariantReading => ({
  holds: equals === undefined ? value >= min && value <= max : equals === word(value),
  got: `${value}`,
  data: word(value),
});
const silent: InvariantReading = { holds: false, got: "no answer" };
const moved = (from: bigint | null, to: bigint | null, invariant: Invariant = bounds) =>
  compareReadings(
    invariant,
    from === null ? silent : said(invariant, from),
    to === null ? silent : said(invariant, to),
  );

const call = (signature: string): EffectFrame => ({
  type: "CALL",
  from: ALICE,
  to: VAULT,
  codehash: null,
  value: 0n,
  input: "0x",
  selector: toFunctionSelector(signature),
  calls: [],
});
const paused: AdminChange = { contract: VAULT, path: "paused", from: "false", to: "true" };
const report = (more: Partial<EffectReport> = {}): EffectReport => ({
  chainId: 1,
  simulator: { kind: "fork", proved: [] },
  block: { number: 1n, hash: zeroHash, timestamp: 1n },
  time: 1n,
  success: true,
  gasUsed: 0n,
  calls: [call("pause()")],
  logs: [],
  changes: [],
  flows: [],
  allowances: [],
  admin: [],
  created: [],
  delegatecalls: [],
  invariants: [moved(500n, 500n)],
  bounds: [],
  canonical: {
    version: 1,
    chainId: 1,
    admin: [],
    calls: [],
    code: [],
    recipients: [],
    allowances: [],
    bounds: [],
  },
  ...more,
});

describe("effects/requireSafe", () => {
  it("behavior: each invariant is told by what became of it", () => {
    expect(
      [
        moved(50n, 50n),
        moved(50n, 101n),
        moved(50n, 9n),
        moved(50n, null),
        moved(500n, 100n),
        moved(null, 100n),
        moved(500n, 500n),
        moved(500n, 200n),
        moved(5n, 4n),
        moved(5n, 200n),
        moved(5n, 6n),
        moved(500n, null),
        moved(null, 500n),
        moved(null, null),
      ].map(({ change }) => change),
    ).to.deep.equal([
      "kept",
      "broken",
      "broken",
      "broken",
      "mended",
      "mended",
      "still broken",
      "still broken",
      "worse",
      "worse",
      "still broken",
      "worse",
      "still broken",
      "still broken",
    ]);
    const exact = { name: "vault.owner()", to: VAULT, data: "0x" as Hex, equals: word(1n) };
    expect(
      [moved(1n, 2n, exact), moved(2n, 3n, exact), moved(2n, 1n, exact), moved(2n, null, exact)].map(
        ({ change }) => change,
      ),
    ).to.deep.equal(["broken", "still broken", "mended", "worse"]);
  });

  it("error: what breaks or worsens an invariant goes with no word, tightening or not", () => {
    for (const invariant of [moved(50n, 500n), moved(500n, 501n), moved(500n, null)]) {
      const broken = report({ invariants: [moved(50n, 50n), invariant] });
      for (const options of [{}, WORD, { tightening: true }, { ...WORD, tightening: true }])
        refusedWith(() => requireSafeEffects(broken, options), "INVARIANT_BROKEN");
    }
  });

  it("behavior: what mends it goes, and one mended does not excuse another", () => {
    const mends = report({ calls: [call("setLimit(uint256)")], invariants: [moved(500n, 100n)] });
    requireSafeEffects(mends);
    const [other] = mends.invariants;
    const half = { ...mends, invariants: [other!, moved(500n, 499n)] };
    refusedWith(() => requireSafeEffects(half), "INVARIANT_ALREADY_BROKEN");
  });

  it("behavior: while it is broken, power is taken away as ever", () => {
    requireSafeEffects(report({ admin: [paused] }));
    const gone: AdminChange[] = [
      { contract: VAULT, path: MEMBER, from: "permanent" },
      { contract: VAULT, path: `${MEMBER}.delay`, from: "86400" },
    ];
    requireSafeEffects(report({ calls: [call("revokeRole(uint64,address)")], admin: gone }));
    requireSafeEffects(report({ calls: [call("setGrantDelay(uint64,uint32)")], admin: [] }), {
      tightening: true,
    });
  });

  it("error: anything else needs the word, and goes with it", () => {
    const granted: AdminChange = { contract: VAULT, path: MEMBER, to: "permanent" };
    for (const loosening of [
      report({ calls: [call("grantRole(uint64,address,uint32)")], admin: [granted] }),
      report({ calls: [call("setLimit(uint256)")] }),
    ]) {
      const error = refusedWith(() => requireSafeEffects(loosening), "INVARIANT_ALREADY_BROKEN");
      expect(error.hint).to.include("--accept-broken-invariants");
      requireSafeEffects(loosening, WORD);
    }
  });

  it("error: an attack that calls itself tightening is judged by what it does", () => {
    const flow = { asset: "ETH", standard: "ETH", from: VAULT, to: ALICE, amount: 1n, ids: [] } as const;
    const allowance = { token: VAULT, owner: VAULT, spender: ALICE, amount: 1n, standard: "ERC20" } as const;
    const hash = zeroHash;
    for (const attack of [
      report({ admin: [paused, { contract: VAULT, path: MEMBER, to: "permanent" }] }),
      report({ admin: [paused, { contract: VAULT, path: "timelock.delay", from: "9", to: "1" }] }),
      report({ admin: [paused], flows: [flow] }),
      report({ admin: [paused], allowances: [allowance] }),
      report({ admin: [paused], created: [{ address: ALICE, codehash: hash, by: ALICE }] }),
      report({ admin: [paused], delegatecalls: [{ from: VAULT, to: ALICE, codehash: hash }] }),
    ])
      refusedWith(() => requireSafeEffects(attack, { tightening: true }), "INVARIANT_ALREADY_BROKEN");
    // What no reader sees may hide behind a pause.
    const behind = report({ calls: [call("pause()"), call("setLimit(uint256)")], admin: [paused] });
    refusedWith(() => requireSafeEffects(behind), "INVARIANT_ALREADY_BROKEN");
  });

  it("behavior: what is broken is told first, and what became of it", () => {
    const text = formatEffects(report({ invariants: [moved(500n, 500n), moved(500n, 50n)] }), {
      chainId: 1,
      entries: [],
    });
    expect(text).to.match(/Dangerous:\n +!! WHAT THE POLICY DECLARES IS BROKEN ALREADY, and stays so: vault/);
    expect(text).to.match(/!! STILL BROKEN vault\.limit\(\): expected at least 10, at most 100, got 500/);
    expect(text).to.match(/\+ MENDED vault\.limit\(\): 50, and was 500/);
  });
});
