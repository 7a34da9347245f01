/** How long ago guardians showed that they can sign, in words. */
import { expect } from "chai";
import { describeProofs } from "../../../src/accounts/recovery/describeProofs.ts";

const DAY = 86_400;
const [grace, heidi] = [`0x${"9a".repeat(20)}`, `0x${"8b".repeat(20)}`] as [`0x${string}`, `0x${string}`];
const book = { chainId: 1, entries: [{ name: "grace", address: grace }] };
const now = 2_000_000_000;
const say = (ago: number) =>
  describeProofs({ guardians: [{ signer: grace, weight: 1, lastSeen: now - ago }] }, { now, book });

describe("guardians' proofs of life", () => {
  it("behavior: the largest unit is said, and those who never gave one", () => {
    expect(say(12 * DAY + 4_000)).to.equal("grace: 12 days ago");
    expect(say(DAY)).to.equal("grace: 1 day ago");
    expect(say(7_300)).to.equal("grace: 2 hours ago");
    expect(say(60)).to.equal("grace: 1 minute ago");
    expect(say(59)).to.equal("grace: just now");
    const guardians = [{ signer: heidi, weight: 1, lastSeen: 0 }];
    expect(describeProofs({ guardians }, { now, book })).to.equal(`${heidi}: never`);
  });

  it("behavior: two passkeys of one verifier are told apart", () => {
    const [one, two] = [`${grace}01`, `${grace}02`] as [`0x${string}`, `0x${string}`];
    const guardians = [one, two].map((signer) => ({ signer, weight: 1, lastSeen: 0 }));
    expect(describeProofs({ guardians }, { now, book })).to.equal(`${one}: never; ${two}: never`);
  });
});
