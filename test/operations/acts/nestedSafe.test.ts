/** Safes that own Safes, on the real 1.4.1 contracts. */
import { expect } from "chai";
import { type Address, concatHex, type Hex, parseAbi, parseEther, size, slice } from "viem";
import { foreseeAct } from "../../../src/operations/acts/foreseeAct.ts";
import { actAsSafe } from "../../../src/operations/acts/safeAct.ts";
import { collectAssents } from "../../../src/operations/acts/safeAssents.ts";
import { describeSafeTransaction } from "../../../src/operations/describe.ts";
import type { OperationFile, StoredSafeTransaction } from "../../../src/operations/store/operationFile.ts";
import { planSafeDeployment } from "../../../src/safe/deploy.ts";
import { readLevels } from "../../../src/safe/nested.ts";
import { readSafe, type SafeFacts } from "../../../src/safe/readSafe.ts";
import { packSignatures } from "../../../src/safe/signatures.ts";
import { execSafeTransaction } from "../../../src/safe/transaction.ts";
import { refusesWith } from "../../refusedWith.ts";
import { type Chain, connectChain, developmentAccount, runStep } from "../../safe/localSafe.ts";
import { type Accounts, environmentOf } from "../environment.ts";

const [deployer, a, b, c, d, receiver] = [0, 1, 2, 3, 4, 8].map(developmentAccount);
const handler = parseAbi(["function getMessageHash(bytes message) view returns (bytes32)"]);

describe("operations/acts as a Safe that Safes own", function () {
  this.timeout(60_000);
  let chain: Chain;
  let salt = 0n;

  before(async () => {
    chain = await connectChain();
  });

  const deploy = async (owners: readonly Address[], threshold: number): Promise<Address> => {
    salt += 1n;
    const plan = planSafeDeployment({ chainId: 31337, owners, threshold, saltNonce: salt });
    for (const step of plan.steps) await runStep(chain, deployer!.address, step);
    return plan.address;
  };
  const fund = (to: Address) =>
    chain.client.sendTransaction({ account: deployer!, to, value: parseEther("1") });
  const act = async (safe: Address, here: Accounts, from?: OperationFile, agreed?: StoredSafeTransaction) => {
    let kept = from ?? fileOf(safe);
    const done = await actAsSafe(
      {
        ...{ file: kept, stage: "execute", calls: kept.calls, label: "pay", others: [] },
        safe: (await readSafe(chain.reader, safe)) as SafeFacts,
        ...(agreed ? { agreed } : {}),
        keep: async (file) => {
          kept = file;
        },
      },
      { ...environmentOf(chain, [deployer!, ...here]) },
    );
    return { ...done, file: kept };
  };
  const received = () => chain.reader.getBalance({ address: receiver!.address });

  it("behavior: the inner Safe's owners sign its message, one here and one there, and it counts as one owner", async () => {
    const inner = await deploy([a!.address, b!.address], 2);
    const outer = await deploy([inner, c!.address, d!.address], 2);
    await fund(outer);
    const before = await received();

    const first = await act(outer, [a!, c!]);
    expect(first.outcome).to.deep.include({ status: "waiting", signed: [c!.address], threshold: 2 });
    const second = await act(outer, [b!], first.file);
    expect(second.outcome.status).to.equal("done");
    expect((await received()) - before).to.equal(1n);
  });

  it("behavior: hashes of both levels are shown, and are those the contracts compute", async () => {
    const inner = await deploy([a!.address], 1);
    const outer = await deploy([inner, c!.address], 2);
    const { file } = await act(outer, [a!]);
    const stored = file.safeTransactions[0]!;
    const shown = describeSafeTransaction(stored, { chainId: 31337, entries: [] });
    const level = await readLevels(chain.reader, (await readSafe(chain.reader, outer)) as SafeFacts, stored);
    const onChain = await chain.reader.readContract({
      ...{ address: inner, abi: handler, functionName: "getMessageHash", args: [level.preimage] },
    });
    expect(level.inner[0]?.hash).to.equal(onChain);
    for (const hash of [stored.safeTxHash, stored.domainHash, onChain, level.inner[0]!.domainHash])
      expect(shown).to.contain(hash);
    expect(shown).to.match(/signed by .*0x7099.* for 0x/);
  });

  it("error: an inner Safe's message that nobody was shown is not signed, though the outer hash is the same", async () => {
    const inner = await deploy([a!.address], 1);
    const outer = await deploy([inner, c!.address], 2);
    const file = fileOf(outer);
    const agreed = (await foreseeAct(
      { file, stage: "execute", act: { as: outer, calls: file.calls, label: "pay" }, others: [] },
      environmentOf(chain, [deployer!, a!]),
    ))!;
    expect(agreed.inner).to.have.length(1);
    const { inner: _, ...outerAlone } = agreed;
    const signed = await act(outer, [a!], file);
    expect(signed.file.safeTransactions[0]!.signatures, "without what was agreed to").to.have.length(1);
    await refusesWith(act(outer, [a!], file, outerAlone), "SAFE_TRANSACTION_CHANGED");
    const same = await act(outer, [a!], file, agreed);
    expect(same.file.safeTransactions[0]).to.include({ safeTxHash: agreed.safeTxHash });
  });

  it("behavior: three Safes deep, and on-chain approvals count at every level", async () => {
    const innermost = await deploy([a!.address, b!.address], 2);
    const inner = await deploy([innermost, d!.address], 1);
    const outer = await deploy([inner, c!.address], 2);
    await fund(outer);
    const before = await received();
    const waiting = await act(outer, [a!, c!]);
    expect(waiting.outcome.status).to.equal("waiting");
    const level = await readLevels(
      chain.reader,
      (await readSafe(chain.reader, outer)) as SafeFacts,
      waiting.file.safeTransactions[0]!,
    );
    const deepest = level.inner[0]!.inner[0]!;
    expect(deepest.safe.address).to.equal(innermost);
    await chain.client.writeContract({
      ...{ account: b!, address: innermost, functionName: "approveHash", args: [deepest.hash] },
      abi: parseAbi(["function approveHash(bytes32)"]),
    });
    expect((await act(outer, [], waiting.file)).outcome.status).to.equal("done");
    expect((await received()) - before).to.equal(1n);
  });

  it("behavior: a third Safe is followed, a fourth is not", async () => {
    const one = await deploy([a!.address], 1);
    const two = await deploy([one], 1);
    const three = await deploy([two], 1);
    const four = await deploy([three], 1);
    expect((await act(four, [a!])).outcome.status).to.equal("waiting");
    await fund(three);
    expect((await act(three, [a!])).outcome.status).to.equal("done");
  });

  describe("what the contracts refuse", () => {
    let outer: Address;
    let file: OperationFile;
    let assents: Awaited<ReturnType<typeof collectAssents>>;

    before(async () => {
      const inner = await deploy([a!.address, b!.address], 2);
      outer = await deploy([inner, c!.address, d!.address], 3);
      await fund(outer);
      ({ file } = await act(outer, [a!, b!, c!]));
      const stored = file.safeTransactions[0]!;
      const level = await readLevels(
        chain.reader,
        (await readSafe(chain.reader, outer)) as SafeFacts,
        stored,
      );
      assents = await collectAssents(level, stored.signatures);
      const owner = d!.address;
      const signature = (await act(outer, [d!], file)).file.safeTransactions[0]!.signatures.find(
        (s) => s.owner === owner,
      )!.signature;
      assents = [...assents, { owner, kind: "signature", signature }];
    });

    const simulate = (signatures: Hex) => {
      const call = execSafeTransaction(outer, file.safeTransactions[0]!.transaction, signatures);
      return chain.reader
        .call({ account: deployer!.address, to: call.to, data: call.data })
        .then(() => "accepted")
        .catch((error: Error) => /GS\d{3}/.exec(error.message)?.[0] ?? error.message);
    };

    it("behavior: two signatures and a contract signature of two are three owners", () => {
      expect(assents.map((s) => s.kind).sort()).to.deep.equal(["contract", "signature", "signature"]);
    });

    it("error: owners in the wrong order", async () => {
      const good = packSignatures(assents, 3);
      const [x, y, z] = [0, 65, 130].map((at) => slice(good, at, at + 65)) as [Hex, Hex, Hex];
      expect(await simulate(concatHex([y, x, z, slice(good, 195)]))).to.match(/^GS02\d$/);
    });

    it("error: an inner signature is missing", async () => {
      const cut = assents.map((s) =>
        s.kind === "contract" ? { ...s, signature: slice(s.signature, 0, 65) } : s,
      );
      expect(await simulate(packSignatures(cut, 3))).to.match(/GS02\d/);
    });

    it("error: inner owners in the wrong order", async () => {
      const swapped = assents.map((s) =>
        s.kind === "contract"
          ? { ...s, signature: concatHex([slice(s.signature, 65, 130), slice(s.signature, 0, 65)]) }
          : s,
      );
      expect(size(packSignatures(swapped, 3))).to.equal(size(packSignatures(assents, 3)));
      expect(await simulate(packSignatures(swapped, 3))).to.equal("GS026");
    });

    it("error: an inner Safe below its threshold is no assent of the outer", async () => {
      const { outcome } = await act(outer, [a!, c!, d!]);
      expect(outcome).to.deep.include({ status: "waiting", threshold: 3 });
      expect(outcome.status === "waiting" && outcome.signed.length).to.equal(2);
    });
  });

  function fileOf(safe: Address): OperationFile {
    return {
      ...{ schema: 1, id: `0x${"11".repeat(32)}`, chainId: 31337, title: "pay", reason: "r" },
      ...{ deadline: 4_000_000_000n, nonce: 0n, salt: `0x${"22".repeat(32)}`, text: "", createdAt: 0n },
      route: { kind: "safe", safe },
      calls: [{ to: receiver!.address, value: 1n, data: "0x" }],
      policyHash: `0x${"33".repeat(32)}`,
      safeTransactions: [],
      history: [],
    } as OperationFile;
  }
});
