import { expect } from "chai";
import { encodeFunctionData, type Hex, parseEther } from "viem";
import { advance, draftOperation } from "../../../src/operations/advance.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { openMemoryFiles } from "../../../src/plugin/files.ts";
import { safeAbi } from "../../../src/safe/abi.ts";
import { safeInfrastructure } from "../../../src/safe/infrastructure.ts";
import { packSignatures } from "../../../src/safe/signatures.ts";
import {
  buildSafeTransaction,
  execSafeTransaction,
  hashSafeTransaction,
  safeTypedData,
} from "../../../src/safe/transaction.ts";
import { refusedWith, refusesWith } from "../../refusedWith.ts";
import { type Chain, connectChain, deployLocalSafe, developmentAccount } from "../../safe/localSafe.ts";
import { type Accounts, environmentOf } from "../environment.ts";

const alice = developmentAccount(8);

describe("operations/acts as a Safe", () => {
  it("behavior: several calls are one batch, and the Safe itself makes them", async () => {
    const { chain, safe, owners } = await setUp();
    const before = await chain.reader.getBalance({ address: alice.address });
    const { outcome } = await act(chain, owners, operationOf(safe, "pay", [1n, 2n]));
    expect(outcome.status).to.equal("done");
    expect((await chain.reader.getBalance({ address: alice.address })) - before).to.equal(3n);
  });

  it("behavior: hashes are those the Safe computes", async () => {
    const { chain, safe } = await setUp();
    const transaction = buildSafeTransaction(
      [{ to: alice.address, value: 1n, data: "0x12" }],
      7n,
      safeInfrastructure(31337),
    );
    const { safeTxHash, domainHash } = hashSafeTransaction(31337, safe, transaction);
    const t = transaction;
    const onChain = await chain.reader.readContract({
      address: safe,
      abi: safeAbi,
      functionName: "getTransactionHash",
      args: [
        t.to,
        t.value,
        t.data,
        t.operation,
        t.safeTxGas,
        t.baseGas,
        t.gasPrice,
        t.gasToken,
        t.refundReceiver,
        t.nonce,
      ],
    });
    expect(safeTxHash).to.equal(onChain);
    expect(domainHash).to.equal(
      await chain.reader.readContract({ address: safe, abi: safeAbi, functionName: "domainSeparator" }),
    );
  });

  it("behavior: transactions queue behind each other, and say so", async () => {
    const { chain, safe, owners } = await setUp();
    const files = openMemoryFiles();
    const [first] = owners;
    const one = await act(chain, [first!], operationOf(safe, "one", [1n]), files);
    const two = await act(chain, owners, operationOf(safe, "two", [1n]), files);
    expect(one.outcome).to.include({ status: "waiting", nonce: 0n, behind: 0 });
    // all have signed the second, and it still waits for the first
    expect(two.outcome).to.include({ status: "waiting", nonce: 1n, behind: 1 });
    expect((await act(chain, owners, operationOf(safe, "one", [1n]), files)).outcome.status).to.equal("done");
    expect((await act(chain, [first!], operationOf(safe, "two", [1n]), files)).outcome.status).to.equal(
      "done",
    );
  });

  it("behavior: what another transaction took the nonce of is built and signed anew", async () => {
    const { chain, safe, owners } = await setUp();
    const files = openMemoryFiles();
    await act(chain, [owners[0]!], operationOf(safe, "slow", [1n]), files);
    await act(chain, owners, operationOf(safe, "urgent", [2n]), files, 0n);
    const again = await act(chain, [owners[0]!], operationOf(safe, "slow", [1n]), files);
    expect(again.file.safeTransactions.map((t) => [t.status, t.transaction.nonce])).to.deep.equal([
      ["replaced", 0n],
      ["open", 1n],
    ]);
    await refusesWith(act(chain, owners, operationOf(safe, "late", [3n]), files, 0n), "SAFE_NONCE_TAKEN");
  });

  it("error: a file whose kept transaction was changed is not signed, although its hashes fit", async () => {
    const { chain, safe, owners } = await setUp();
    const files = openMemoryFiles();
    const { file } = await act(chain, [owners[0]!], operationOf(safe, "pay", [1n]), files);
    const env = { ...environmentOf(chain, owners, files), facts: { timelocks: {}, managers: {} } };
    const [kept] = file.safeTransactions;
    const theft = { ...kept!.transaction, to: developmentAccount(9).address, value: parseEther("5") };
    const forged = {
      ...kept!,
      transaction: theft,
      ...hashSafeTransaction(31337, safe, theft),
      signatures: [],
    };

    // without the check: owners who sign what the file says lose the funds
    const signatures = await Promise.all(
      owners.map(async (o) => ({
        owner: o.address,
        kind: "signature" as const,
        signature: await o.signTypedData(safeTypedData(31337, safe, forged.transaction)),
      })),
    );
    const call = execSafeTransaction(safe, forged.transaction, packSignatures(signatures, 2));
    await chain.client.call({ account: owners[0]!.address, to: call.to, data: call.data });

    await env.store.put({ ...file, safeTransactions: [forged] });
    await refusesWith(act(chain, owners, operationOf(safe, "pay", [1n]), files), "SAFE_FILE_CHANGED");
  });

  it("error: a signature in the file that is another's does not count", async () => {
    const { chain, safe, owners } = await setUp();
    const files = openMemoryFiles();
    const { file } = await act(chain, [owners[0]!], operationOf(safe, "pay", [1n]), files);
    const env = environmentOf(chain, owners, files);
    const [kept] = file.safeTransactions;
    const forged = {
      ...kept!,
      signatures: [{ owner: owners[1]!.address, signature: kept!.signatures[0]!.signature }],
    };
    await env.store.put({ ...file, safeTransactions: [forged] });
    await refusesWith(act(chain, owners, operationOf(safe, "pay", [1n]), files), "SAFE_SIGNATURE_INVALID");
  });

  it("error: a delegatecall is not built", () => {
    const call = { to: alice.address, value: 0n, data: "0x" as Hex, delegatecall: true };
    refusedWith(
      () => buildSafeTransaction([call], 0n, safeInfrastructure(31337)),
      "SAFE_DELEGATECALL_REFUSED",
    );
    refusedWith(() => buildSafeTransaction([], 0n, safeInfrastructure(31337)), "SAFE_EMPTY");
  });

  it("behavior: a changed owner list drops the signatures of those who left", async () => {
    const { chain, safe, owners } = await setUp();
    const files = openMemoryFiles();
    await act(chain, [owners[0]!], operationOf(safe, "pay", [1n]), files, 1n);
    const [first, second] = await chain.reader.readContract({
      address: safe,
      abi: safeAbi,
      functionName: "getOwners",
    });
    const leaving = owners[0]!.address;
    const previous =
      leaving === first
        ? "0x0000000000000000000000000000000000000001"
        : leaving === second
          ? first!
          : second!;
    const swap = encodeFunctionData({
      abi: safeAbi,
      functionName: "swapOwner",
      args: [previous, leaving, alice.address],
    });
    const swapping: Operation = {
      ...operationOf(safe, "swap", []),
      calls: [{ to: safe, value: 0n, data: swap }],
    };
    expect((await act(chain, owners, swapping, openMemoryFiles())).outcome.status).to.equal("done");
    const next = await act(chain, [owners[1]!], operationOf(safe, "pay", [1n]), files);
    expect(next.outcome.status === "waiting" && next.outcome.signed).to.deep.equal([owners[1]!.address]);
  });
});

async function setUp() {
  const chain = await connectChain();
  const { address: safe, owners } = await deployLocalSafe(chain, 3, 2);
  await chain.client.sendTransaction({ account: developmentAccount(0), to: safe, value: parseEther("10") });
  return { chain, safe, owners };
}

function operationOf(safe: `0x${string}`, title: string, values: readonly bigint[]): Operation {
  const calls = values.map((value) => ({ to: alice.address, value, data: "0x" as Hex }));
  return {
    chainId: 31337,
    title,
    reason: "test",
    deadline: 4_000_000_000n,
    route: { kind: "safe", safe },
    calls,
  };
}

async function act(
  chain: Chain,
  accounts: Accounts,
  operation: Operation,
  files = openMemoryFiles(),
  safeNonce?: bigint,
) {
  const env = { ...environmentOf(chain, accounts, files), facts: { timelocks: {}, managers: {} } };
  const draft = await draftOperation({ operation, text: "", policyHash: `0x${"11".repeat(32)}` }, env);
  const { stage } = draft.state;
  return advance(
    {
      file: draft.file,
      act: stage!.act,
      stage: stage!.name,
      state: draft.state,
      ...(safeNonce === undefined ? {} : { safeNonce }),
    },
    env,
  );
}
