/** What is judged before guardians sign, and before anybody sends: with real Safes and code on a chain in this process. */
import { expect } from "chai";
import { type Address, concatHex, type Hex, numberToHex, slice } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { ecdsaSigner } from "../../../src/accounts/index.ts";
import {
  type ApprovalFile,
  fileHeader,
  type RecoveryFile,
} from "../../../src/accounts/recovery/approvalFile.ts";
import { addApproval, approve } from "../../../src/accounts/recovery/approve.ts";
import { approveAsSafe } from "../../../src/accounts/recovery/approveAsSafe.ts";
import { nextAct } from "../../../src/accounts/recovery/nextAct.ts";
import type { RecoveryState } from "../../../src/accounts/recovery/readRecovery.ts";
import { requireNewOwner } from "../../../src/accounts/recovery/requireNewOwner.ts";
import { requireWeight } from "../../../src/accounts/recovery/requireWeight.ts";
import { encodeTerms } from "../../../src/accounts/recovery/terms.ts";
import { verifyApprovals } from "../../../src/accounts/recovery/verifyApprovals.ts";
import { refusedWith, refusesWith } from "../../refusedWith.ts";
import { type Chain, connectChain, deployLocalSafe } from "../../safe/localSafe.ts";

const DAY = 86_400n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const [frank, grace, heir] = Array.from({ length: 3 }, () => privateKeyToAccount(generatePrivateKey())) as [
  Key,
  Key,
  Key,
];
type Key = ReturnType<typeof privateKeyToAccount>;
const account: Address = `0x${"ac".repeat(20)}`;
const module: Address = `0x${"de".repeat(20)}`;
const low = (address: string) => address.toLowerCase() as Hex;
const newOwner = low(heir.address);

const termsOf = (...guardians: readonly string[]) =>
  encodeTerms({
    guardians: guardians.map((address) => ({ signer: low(address), weight: 1 })),
    threshold: 2,
    delay: 2n * DAY,
    expiry: 7n * DAY,
    vetoes: 3,
    refill: 30n * DAY,
    freeze: 0n,
    rest: 0n,
  });
const terms = termsOf(frank.address, grace.address, account);
const fileOf = (of: Hex): RecoveryFile => ({
  ...fileHeader,
  action: "recover",
  places: [{ chainId: 31337, module, account, terms: of, nonce: 4n }],
  newOwner,
  deadline: 2_000_000_000,
  signatures: [],
});

describe("what is judged before a recovery is sent", () => {
  let chain: Chain;

  before(async () => {
    chain = await connectChain();
  });

  it("behavior: a Safe guards: its owners sign one by one, and its own handler takes the threshold", async () => {
    const safe = await deployLocalSafe(chain, 3, 2);
    const guardian = { address: safe.address, owners: safe.owners.map((owner) => owner.address) };
    const asked = fileOf(termsOf(frank.address, safe.address));
    const [one, two] = safe.owners as unknown as [Key, Key];
    const once = await approveAsSafe(asked, guardian, two);
    expect((await verifyApprovals(chain.reader, once)).good).to.deep.equal([]);
    const twice = await approveAsSafe(once, guardian, one);
    expect(twice.signatures).to.have.length(1);
    expect((await verifyApprovals(chain.reader, twice)).good).to.have.length(1);
    const other = { ...twice, newOwner: low(grace.address) };
    expect((await verifyApprovals(chain.reader, other)).good).to.deep.equal([]);
    const several = { ...asked, places: [...asked.places, ...asked.places] };
    await refusesWith(approveAsSafe(several, guardian, one), "GUARDIAN_NEEDS_ONE_CHAIN");
  });

  it("error: the other half of a signature, another's, and one for another file are left away", async () => {
    const signed = await approve(fileOf(terms), ecdsaSigner(frank));
    const [{ signer, signature }] = signed.signatures as [ApprovalFile["signatures"][number]];
    const judge = async (file: ApprovalFile) => (await verifyApprovals(chain.reader, file)).good.length;
    expect(await judge(signed)).to.equal(1);
    const s = ORDER - BigInt(slice(signature, 32, 64));
    const v = slice(signature, 64) === "0x1b" ? "0x1c" : "0x1b";
    const high = concatHex([slice(signature, 0, 32), numberToHex(s, { size: 32 }), v]);
    expect(await judge(addApproval(signed, { signer, signature: high }))).to.equal(0);
    expect(await judge({ ...signed, signatures: [{ signer: low(grace.address), signature }] })).to.equal(0);
    expect(await judge({ ...signed, deadline: 1_999_999_999 } as RecoveryFile)).to.equal(0);
  });

  it("error: a contract is no new owner; a key that delegates to one is", async () => {
    const [place] = fileOf(terms).places;
    const judge = (owner: Hex) => requireNewOwner(chain.reader, place as never, owner);
    await judge(newOwner);
    const setCode = (bytecode: Hex) => chain.client.setCode({ address: heir.address, bytecode });
    await setCode(concatHex(["0xef0100", module]));
    await judge(newOwner);
    await setCode("0x6001");
    expect((await refusesWith(judge(newOwner), "RECOVERY_OWNER_INVALID")).message).to.match(/a contract/);
    await setCode("0x");
    await refusesWith(judge(low(account)), "RECOVERY_OWNER_INVALID");
    await refusesWith(judge(`0x${"00".repeat(20)}`), "RECOVERY_OWNER_INVALID");
    await refusesWith(judge(concatHex([module, "0x1234"])), "RECOVERY_OWNER_INVALID");
  });

  it("error: too little weight says how much, and who could add to it", () => {
    const book = { chainId: 31337, entries: [{ name: "grace", address: grace.address }] };
    const asked = { terms: termsOf(frank.address, grace.address), needed: 2, book, file: "f.json" };
    const { message, hint } = refusedWith(
      () => requireWeight({ ...asked, signers: [low(frank.address)], refused: [] }),
      "APPROVALS_MISSING",
    );
    expect(message).to.equal("1 of 2 weight; grace is missing");
    expect(hint).to.match(/recovery approve --file f\.json/);
    const bad = { ...asked, signers: [low(frank.address)], refused: [low(grace.address)] };
    expect(refusedWith(() => requireWeight(bad), "APPROVALS_MISSING").message).to.match(
      /what grace signed is not good here/,
    );
  });

  describe("what comes next", () => {
    const pending = { readyAt: 200, expiresAt: 300, weight: 2, isFinal: false, owner: newOwner, isKey: true };
    const state: RecoveryState = {
      chainId: 31337,
      module,
      account,
      terms,
      nonce: 4n,
      freeze: { number: 0n, until: 0, nextAt: 0 },
      vetoes: { left: 3n, backAt: 0 },
      guardians: [],
    };
    const next = (changed: Partial<RecoveryState>, now = 100, owner: Hex = low(frank.address)) =>
      nextAct({ newOwner, deadline: 1_000 }, 4n, { ...state, ...changed }, { now, owner });

    it("behavior: asked for, waited for, finished, done", () => {
      expect(next({})).to.include({ kind: "schedule", needed: 2, isFinal: false, readyIn: 2n * DAY });
      expect(next({ request: pending, nonce: 5n }, 199).kind).to.equal("wait");
      expect(next({ request: pending, nonce: 5n }, 200).kind).to.equal("finalize");
      expect(next({ nonce: 6n }, 400, newOwner)).to.deep.equal({ kind: "done" });
    });

    it("behavior: without vetoes all guardians are needed, and wait twice as long", () => {
      const used = { vetoes: { left: 0n, backAt: 900 } };
      expect(next(used)).to.include({ needed: 3, isFinal: true, readyIn: 4n * DAY });
    });

    it("behavior: another request is replaced by more weight alone", () => {
      const other = { ...pending, owner: low(grace.address) };
      expect(next({ request: other })).to.include({ kind: "schedule", needed: 3, replaces: true });
      const final = { ...other, isFinal: true };
      refusedWith(() => next({ request: final }), "RECOVERY_PENDING");
    });

    it("error: what was vetoed, or is too late, is not sent", () => {
      refusedWith(() => next({ nonce: 6n }), "APPROVALS_VOID");
      refusedWith(() => next({}, 1_000), "APPROVAL_EXPIRED");
    });
  });
});
