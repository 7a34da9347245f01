import { expect } from "chai";
import { type Address, type Hex, hashTypedData, keccak256, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { guardianRecoveryAbi as abi } from "../../../src/abi/guardianRecovery.ts";
import { smartAccountAbi } from "../../../src/abi/smartAccount.ts";
import { ecdsaSigner, toPortcullisAccount } from "../../../src/accounts/index.ts";
import {
  type ApprovalFile,
  fileHeader,
  parseApprovalFile,
  type RecoveryFile,
  writeApprovalFile,
} from "../../../src/accounts/recovery/approvalFile.ts";
import { approvalTypedData } from "../../../src/accounts/recovery/approvalTree.ts";
import { addApproval, approve, isSignedByKey } from "../../../src/accounts/recovery/approve.ts";
import {
  planCancel,
  planFinalize,
  planInstall,
  planSubmission,
  type RecoveryCall,
} from "../../../src/accounts/recovery/planCalls.ts";
import { readRecovery } from "../../../src/accounts/recovery/readRecovery.ts";
import { changeWait } from "../../../src/accounts/recovery/requireTerms.ts";
import {
  decodeTerms,
  encodeTerms,
  type RecoveryTerms,
  sortGuardians,
} from "../../../src/accounts/recovery/terms.ts";
import { toJson } from "../../../src/json.ts";
import { refusedWith, refusesWith } from "../../refusedWith.ts";
import { createLocalWorld, type LocalWorld } from "../localWorld.ts";

const DAY = 86_400;
const keys = Array.from({ length: 3 }, () => privateKeyToAccount(generatePrivateKey()));
const guardians = keys.map(({ address }) => ({ signer: address.toLowerCase() as Hex, weight: 1 }));
const [frank, grace] = keys.map((key) => ecdsaSigner(key)) as [
  ReturnType<typeof ecdsaSigner>,
  ReturnType<typeof ecdsaSigner>,
];
const newKey = privateKeyToAccount(generatePrivateKey());
const newOwner = newKey.address.toLowerCase() as Hex;

const drafted: RecoveryTerms = {
  guardians,
  threshold: 2,
  delay: BigInt(2 * DAY),
  expiry: BigInt(7 * DAY),
  vetoes: 3,
  refill: BigInt(30 * DAY),
  freeze: BigInt(3 * DAY),
  rest: BigInt(14 * DAY),
  quarantine: { duration: BigInt(DAY), limit: 10n ** 18n },
};
const terms = encodeTerms(drafted);

describe("recovery of an account", () => {
  let world: LocalWorld;
  let module: Address;
  let account: Address;
  let send: (call: RecoveryCall) => Promise<unknown>;

  beforeEach(async () => {
    world = await createLocalWorld();
    module = (await world.deploy("GuardianRecovery")).address;
    const owner = ecdsaSigner(privateKeyToAccount(generatePrivateKey()));
    const smart = await toPortcullisAccount({
      client: world.client,
      owner,
      origin: { factory: world.factoryOf("0.9") },
    });
    account = smart.address;
    await world.fund(account);
    const client = world.connect(smart);
    send = async (call) => {
      const hash = await client.sendUserOperation({ calls: [{ ...call, value: 0n }] });
      return client.waitForUserOperationReceipt({ hash });
    };
    await send(planInstall(account, module, terms));
  });

  const anyone = async (call: RecoveryCall) => {
    const hash = await world.wallet.sendTransaction({ account: world.deployer, ...call });
    return world.wallet.waitForTransactionReceipt({ hash });
  };
  const state = () => readRecovery(world.client, { account, terms });
  const ownerNow = () =>
    world.client.readContract({ address: account, abi: smartAccountAbi, functionName: "owner" });
  const deadline = () => world.now() + 30 * DAY;
  const place = async () => {
    const { chainId, nonce } = await state();
    return { chainId, module, account, terms, nonce };
  };
  const proposal = async (): Promise<RecoveryFile> => ({
    ...fileHeader,
    signatures: [],
    action: "recover",
    places: [await place()],
    newOwner,
    deadline: deadline(),
  });

  it("behavior: terms are those the contract accepts and hashes, and come back whole", async () => {
    const has = await world.client.readContract({
      address: module,
      abi,
      functionName: "hasTerms",
      args: [account, terms],
    });
    expect(has).to.equal(true);
    expect(decodeTerms(terms)).to.deep.equal({ ...drafted, guardians: sortGuardians(guardians) });
    const wait = await world.client.readContract({
      address: module,
      abi,
      functionName: "changeWait",
      args: [terms],
    });
    expect(changeWait(drafted)).to.equal(wait);
  });

  it("behavior: what guardians sign is the contract's own digest", async () => {
    const file = await proposal();
    const expected = await world.client.readContract({
      address: module,
      abi,
      functionName: "recoveryDigest",
      args: [account, terms, newOwner, file.deadline],
    });
    expect(hashTypedData(approvalTypedData(file.places, newOwner, file.deadline))).to.equal(expected);
  });

  it("behavior: two of three guardians sign a file one after the other, and replace a lost owner", async () => {
    let file: ApprovalFile = await approve(await proposal(), frank);
    file = await approve(parseApprovalFile(writeApprovalFile(file)), grace);
    await anyone(planSubmission(file, 31_337));
    expect((await state()).request).to.include({ weight: 2, isFinal: false, owner: newOwner });
    await world.passTime(2 * DAY + 1);
    await anyone(planFinalize(file as RecoveryFile, 31_337));
    expect(await ownerNow()).to.equal(newOwner);
  });

  it("error: one guardian alone is not enough", async () => {
    const file = await approve(await proposal(), frank);
    await expectRevert(anyone(planSubmission(file, 31_337)), "RecoveryInsufficientWeight");
  });

  it("behavior: one signature covers several chains, wherever this one stands among them", async () => {
    const elsewhere = { ...(await place()), chainId: 10, account: zeroAddress as Address };
    for (const index of [0, 1, 2]) {
      const places = [elsewhere, elsewhere, elsewhere];
      places[index] = await place();
      const draft: RecoveryFile = { ...(await proposal()), places };
      const file = await approve(await approve(draft, frank), grace);
      await anyone(planSubmission(file, 31_337));
      expect((await state()).request?.owner).to.equal(newOwner);
      await send(planCancel(module, terms));
      expect((await state()).request).to.equal(undefined);
    }
  });

  it("behavior: the owner cancels, and the same file is worth nothing any more", async () => {
    const file = await approve(await approve(await proposal(), frank), grace);
    await anyone(planSubmission(file, 31_337));
    await send(planCancel(module, terms));
    expect(await state()).to.deep.include({ vetoes: { left: 2n, backAt: (await state()).vetoes.backAt } });
    await expectRevert(anyone(planSubmission(file, 31_337)), "RecoveryInvalidSignature");
  });

  it("behavior: one guardian freezes, two lift it, and a drill is on record", async () => {
    const at = await place();
    const { nonce: _, ...here } = at;
    const frozen = await approve(
      { ...fileHeader, signatures: [], action: "freeze", places: [here], number: 1n, deadline: deadline() },
      frank,
    );
    await anyone(planSubmission(frozen, 31_337));
    expect((await state()).freeze.until).to.be.greaterThan(world.now());
    const lift: ApprovalFile = { ...frozen, signatures: [], action: "unfreeze" } as ApprovalFile;
    await anyone(planSubmission(await approve(await approve(lift, frank), grace), 31_337));
    expect((await state()).freeze.until).to.equal(0);
    const drill = await approve(
      { ...fileHeader, signatures: [], action: "drill", places: [here], signedAt: world.now() },
      grace,
    );
    await anyone(planSubmission(drill, 31_337));
    const seen = (await state()).guardians.filter(({ lastSeen }) => lastSeen > 0);
    expect(seen.map(({ signer }) => signer)).to.deep.equal([grace.signer.toLowerCase()]);
  });
});

describe("the file of guardians", () => {
  const file: RecoveryFile = {
    ...fileHeader,
    signatures: [],
    action: "recover",
    places: [
      {
        chainId: 1,
        module: keys[0]?.address as Address,
        account: keys[1]?.address as Address,
        terms,
        nonce: 7n,
      },
    ],
    newOwner,
    deadline: 2_000_000_000,
  };

  it("behavior: a signature that is not of what the file says now is told apart", async () => {
    const [approval] = (await approve(file, frank)).signatures;
    if (approval === undefined) throw new Error("no signature");
    expect(await isSignedByKey(file, approval)).to.equal(true);
    const changed = { ...file, newOwner: keccak256(newOwner).slice(0, 42) as Hex };
    expect(await isSignedByKey(changed, approval)).to.equal(undefined);
  });

  it("error: only guardians sign", async () => {
    await refusesWith(approve(file, ecdsaSigner(newKey)), "NOT_A_GUARDIAN");
    refusedWith(() => addApproval(file, { signer: newOwner, signature: "0x12" }), "NOT_A_GUARDIAN");
  });

  it("error: what is no such file is refused, with the field", async () => {
    refusedWith(() => parseApprovalFile("{"), "APPROVAL_FILE_INVALID");
    const { message } = refusedWith(
      () => parseApprovalFile(toJson({ ...file, places: [] })),
      "APPROVAL_FILE_INVALID",
    );
    expect(message).to.match(/places/);
  });

  it("error: bytes behind the terms, or a weight the contract refuses, are no terms", async () => {
    refusedWith(() => decodeTerms(`${terms}00`), "RECOVERY_TERMS_INVALID");
    refusedWith(() => encodeTerms({ ...drafted, threshold: 4 }), "RECOVERY_TERMS_INVALID");
    refusedWith(() => encodeTerms({ ...drafted, refill: BigInt(DAY) }), "RECOVERY_TERMS_INVALID");
  });
});

async function expectRevert(sent: Promise<unknown>, name: string): Promise<void> {
  const failed = await sent.then(
    () => "nothing was refused",
    (error: Error) => error.message,
  );
  expect(failed).to.include(name);
}
