import { expect } from "chai";
import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  getAddress,
  type Hex,
  keccak256,
  slice,
  zeroAddress,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { guardianRecoveryAbi } from "../../src/abi/guardianRecovery.ts";
import { ecdsaSigner, toPortcullisAccount } from "../../src/accounts/index.ts";
import { type ApprovalFile, fileHeader } from "../../src/accounts/recovery/approvalFile.ts";
import { approve } from "../../src/accounts/recovery/approve.ts";
import {
  planAppliedChange,
  planCancel,
  planChange,
  planInstall,
  planRemoval,
  planSubmission,
  type RecoveryCall,
} from "../../src/accounts/recovery/planCalls.ts";
import { readRecovery } from "../../src/accounts/recovery/readRecovery.ts";
import { changeWait } from "../../src/accounts/recovery/requireTerms.ts";
import { encodeTerms, type RecoveryTerms } from "../../src/accounts/recovery/terms.ts";
import { readSnapshot } from "../../src/snapshot/index.ts";
import type { ChainReader } from "../../src/snapshot/reader.ts";
import { readRecoveryState } from "../../src/snapshot/surfaces/recovery.ts";
import { createLocalWorld, type LocalWorld } from "../accounts/localWorld.ts";

const DAY = 86_400;
const keys = Array.from({ length: 3 }, () => privateKeyToAccount(generatePrivateKey()));
const newOwner = privateKeyToAccount(generatePrivateKey()).address.toLowerCase() as Hex;

const drafted: RecoveryTerms = {
  guardians: keys.map(({ address }) => ({ signer: address.toLowerCase() as Hex, weight: 1 })),
  threshold: 2,
  delay: BigInt(2 * DAY),
  expiry: BigInt(7 * DAY),
  vetoes: 3,
  refill: BigInt(30 * DAY),
  freeze: BigInt(3 * DAY),
  rest: BigInt(14 * DAY),
};
const terms = encodeTerms(drafted);
const others = encodeTerms({ ...drafted, threshold: 3 });

describe("snapshot of an account's recovery", () => {
  let world: LocalWorld;
  let module: Address;
  let account: Address;
  let own: (call: RecoveryCall) => Promise<unknown>;

  beforeEach(async () => {
    world = await createLocalWorld();
    module = (await world.deploy("GuardianRecovery")).address;
    const owner = ecdsaSigner(privateKeyToAccount(generatePrivateKey()));
    const origin = { factory: world.factoryOf("0.9") };
    const smart = await toPortcullisAccount({ client: world.client, owner, origin });
    account = smart.address;
    await world.fund(account);
    const client = world.connect(smart);
    own = async (call) => {
      const hash = await client.sendUserOperation({ calls: [{ ...call, value: 0n }] });
      return client.waitForUserOperationReceipt({ hash });
    };
    await own(planInstall(account, module, terms));
  });

  const read = async () => {
    const { contracts } = await readSnapshot(world.client, { addresses: [account] });
    const state = contracts[0]?.account;
    if (state === undefined) throw new Error("no account");
    return state;
  };
  const anyone = ({ to, data }: RecoveryCall) =>
    world.wallet.sendTransaction({ account: world.deployer, to, data });

  /** Two guardians sign, anyone submits. */
  async function signed(action: "recover" | "freeze", count = 2, asked = newOwner): Promise<void> {
    const { chainId, nonce, freeze } = await readRecovery(world.client, { account, terms });
    const place = { chainId, module, account, terms };
    const deadline = world.now() + DAY;
    let file: ApprovalFile =
      action === "recover"
        ? { ...fileHeader, action, places: [{ ...place, nonce }], newOwner: asked, deadline, signatures: [] }
        : { ...fileHeader, action, places: [place], number: freeze.number + 1n, deadline, signatures: [] };
    for (const key of keys.slice(0, count)) file = await approve(file, ecdsaSigner(key));
    await anyone(planSubmission(file, chainId));
  }

  it("behavior: the terms are those the account committed to, of all that were ever named", async () => {
    expect((await read()).recovery).to.deep.equal({
      terms,
      freeze: { until: 0n, nextAt: 0n },
      vetoes: { left: 3, backAt: 0n },
    });
    await own(planChange(module, terms, others));
    const { recovery } = await read();
    expect(recovery?.terms).to.equal(terms);
    expect(recovery?.change?.terms).to.equal(others);
    await world.passTime(Number(changeWait(drafted)));
    await anyone(planAppliedChange(module, account));
    expect((await read()).recovery).to.deep.include({ terms: others });
  });

  it("behavior: a removal is a change to nothing, and leaves nobody", async () => {
    await own(planChange(module, terms, "0x"));
    const { change } = (await read()).recovery ?? {};
    expect(change?.terms).to.equal("0x");
    await world.passTime(Number(changeWait(drafted)));
    await own(planRemoval(account, module));
    const { recoveryModule, recovery } = await read();
    expect(recoveryModule).to.equal(zeroAddress);
    expect(recovery).to.equal(undefined);
  });

  it("behavior: who was asked for, when, and what a veto leaves", async () => {
    await signed("recover");
    const { timestamp } = await world.client.getBlock();
    expect((await read()).recovery?.request).to.deep.equal({
      readyAt: timestamp + BigInt(2 * DAY),
      expiresAt: timestamp + BigInt(9 * DAY),
      weight: 2,
      isFinal: false,
      newOwner,
    });
    await own(planCancel(module, terms));
    const { recovery } = await read();
    expect(recovery?.request).to.equal(undefined);
    expect(recovery?.vetoes.left).to.equal(2);
  });

  it("behavior: a new owner who is no key is known by the log, not by the hash alone", async () => {
    const verifier = await world.deploy("ERC7913P256Verifier");
    const passkey = `${verifier.address.toLowerCase()}${"11".repeat(64)}` as Hex;
    await signed("recover", 2, passkey);
    expect((await read()).recovery?.request?.newOwner).to.equal(passkey);
  });

  it("behavior: a freeze is the account's and the module's", async () => {
    await signed("freeze", 1);
    const { frozenUntil, recovery } = await read();
    const { timestamp } = await world.client.getBlock();
    expect(frozenUntil).to.equal(timestamp + BigInt(3 * DAY));
    expect(recovery?.freeze).to.deep.equal({ until: frozenUntil, nextAt: frozenUntil + BigInt(14 * DAY) });
  });

  it("error: a module that answers in other shapes is no GuardianRecovery", async () => {
    // Answers every question with one word that says yes.
    await world.wallet.setCode({ address: module, bytecode: "0x600160005260206000f3" });
    const { recoveryModule, recovery } = await read();
    expect(recoveryModule.toLowerCase()).to.equal(module.toLowerCase());
    expect(recovery).to.equal(undefined);
  });
});

describe("a module that only looks like GuardianRecovery", () => {
  const [module, account] = [getAddress(`0x${"aa".repeat(20)}`), getAddress(`0x${"bb".repeat(20)}`)];
  const nothing = { readyAt: 0, expiresAt: 0, weight: 0, isFinal: false, isKey: false, owner: zeroAddress };
  const unchanged = { number: 0n, readyAt: 0, expiresAt: 0, isRemoval: false, terms: "0x" };

  /** Says that its terms are `terms`, and whatever is given of what is pending. */
  function read(answers: { requestOf?: object; changeOf?: object; vetoesOf?: undefined }) {
    const said: Record<string, unknown> = {
      isInitialized: true,
      hasTerms: true,
      requestOf: { ...nothing, ...answers.requestOf },
      changeOf: { ...unchanged, ...answers.changeOf },
      freezeOf: [0n, 0, 0],
      vetoesOf: "vetoesOf" in answers ? undefined : [3n, 0],
    };
    const answer = async ({ functionName }: { functionName: string }) => said[functionName];
    const topics = encodeEventTopics({
      abi: guardianRecoveryAbi,
      eventName: "TermsAccepted",
      args: { account },
    });
    const logs = async () => [{ topics, data: encodeAbiParameters([{ type: "bytes" }], [terms]) }];
    return readRecoveryState({ probe: answer, logs } as unknown as ChainReader, module, account);
  }

  it("behavior: what its logs spell out is taken", async () => {
    expect((await read({}))?.terms).to.equal(terms);
    const change = { readyAt: 5, expiresAt: 9, terms: slice(keccak256(terms), 0, 21) };
    expect((await read({ changeOf: change }))?.change).to.deep.equal({ readyAt: 5n, expiresAt: 9n, terms });
  });

  it("error: a change or a new owner that no log spells out is not taken for another one", async () => {
    const change = { readyAt: 5, expiresAt: 9, terms: slice(keccak256(others), 0, 21) };
    expect(await read({ changeOf: change })).to.equal(undefined);
    const request = { readyAt: 5, expiresAt: 9, weight: 2, owner: slice(keccak256("0x12"), 0, 20) };
    expect(await read({ requestOf: request })).to.equal(undefined);
    expect(await read({ vetoesOf: undefined })).to.equal(undefined);
  });
});
