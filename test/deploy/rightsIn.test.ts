import { expect } from "chai";
import { getAddress, type Hex, zeroAddress } from "viem";
import { encodeTerms } from "../../src/accounts/recovery/terms.ts";
import { encodeSession } from "../../src/accounts/sessions/encodeSession.ts";
import { rightsIn } from "../../src/deploy/findRights.ts";
import type { ContractState, GuardianRecoveryState, SmartAccountState } from "../../src/snapshot/types.ts";

const DAY = 86_400n;
const NOW = 1_800_000_000n;
const holder = getAddress(`0x${"ab".repeat(20)}`);
const own = holder.toLowerCase() as Hex;
const other: Hex = `0x${"cd".repeat(20)}`;

const account = (more: Partial<SmartAccountState>): ContractState => ({
  address: getAddress(`0x${"cc".repeat(20)}`),
  codehash: `0x${"01".repeat(32)}`,
  account: {
    owner: other,
    entryPoint: zeroAddress,
    epoch: 0n,
    sessionValidator: zeroAddress,
    sessions: [],
    recoveryModule: zeroAddress,
    frozenUntil: 0n,
    quarantine: { until: 0n, left: 0n },
    ...more,
  },
});
const session = (salt: Hex, validUntil = NOW + DAY): Hex =>
  encodeSession({
    salt,
    validAfter: 0,
    validUntil: Number(validUntil),
    maxFeePerGas: 1n,
    maxGasPerOperation: 1,
    signer: own,
    caps: [],
    actions: [{ target: zeroAddress, selector: "0x12345678" }],
  });
const recovery = (more: Partial<GuardianRecoveryState> = {}, guardian = other): GuardianRecoveryState => ({
  terms: encodeTerms({
    guardians: [{ signer: guardian, weight: 1 }],
    threshold: 1,
    delay: DAY,
    expiry: DAY,
    vetoes: 1,
    refill: 30n * DAY,
    freeze: 0n,
    rest: 0n,
  }),
  freeze: { until: 0n, nextAt: 0n },
  vetoes: { left: 1, backAt: 0n },
  ...more,
});
const rights = (more: Partial<SmartAccountState>) => rightsIn(account(more), holder, NOW);

describe("rights in a smart account", () => {
  it("behavior: its owner, its guardians and whom they asked for have one", () => {
    expect(rights({})).to.deep.equal([]);
    expect(rights({ owner: own })).to.deep.equal(["account owner"]);
    expect(rights({ recovery: recovery({}, own) })).to.deep.equal(["recovery guardian"]);
    const request = { readyAt: NOW, expiresAt: NOW + DAY, weight: 1, isFinal: false, newOwner: own };
    expect(rights({ recovery: recovery({ request }) })).to.deep.equal(["pending account owner"]);
  });

  it("behavior: a session's key has one until it is revoked or over, whatever the salt", () => {
    const [right] = rights({ sessions: [{ terms: session("0x00000000") }] });
    expect(right).to.match(/^session key \(0x[0-9a-f]{8}\)$/);
    expect(rights({ sessions: [{ terms: session("0x00000007") }] })).to.deep.equal([right]);
    expect(rights({ sessions: [{ terms: session("0x00000000"), revoked: true }] })).to.deep.equal([]);
    expect(rights({ sessions: [{ terms: session("0x00000000", NOW - 1n) }] })).to.deep.equal([]);
  });
});
