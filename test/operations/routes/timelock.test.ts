import { createRequire } from "node:module";
import { expect } from "chai";
import { type Abi, type Address, encodeFunctionData, type Hex, parseAbi, zeroAddress } from "viem";
import { advance, draftOperation } from "../../../src/operations/advance.ts";
import { readOperationState, requireReady } from "../../../src/operations/lifecycle.ts";
import { readRouteFacts } from "../../../src/operations/routes/readPending.ts";
import type { Operation, Route } from "../../../src/operations/types.ts";
import { openMemoryFiles } from "../../../src/plugin/files.ts";
import { safeAbi } from "../../../src/safe/abi.ts";
import { refusedWith } from "../../refusedWith.ts";
import { type Chain, connectChain, deployLocalSafe, developmentAccount } from "../../safe/localSafe.ts";
import { environmentOf, passTime } from "../environment.ts";

const load = createRequire(import.meta.url);
const timelockArtifact = load("@openzeppelin/contracts/build/contracts/TimelockController.json") as {
  abi: Abi;
  bytecode: Hex;
};
const abi = parseAbi([
  "function updateDelay(uint256 newDelay)",
  "function getMinDelay() view returns (uint256)",
]);
const day = 86_400n;

describe("operations/routes timelock", () => {
  it("behavior: a Safe schedules with signatures gathered one after the other, time passes, it executes", async () => {
    const { chain, council, timelock, operation, facts } = await setUp();
    const files = openMemoryFiles();
    const [alice, bob] = council.owners;
    const at = (...accounts: (typeof council.owners)[number][]) => ({
      ...environmentOf(chain, accounts, files),
      facts,
    });

    // each owner runs the same command on its own machine, on the same file
    const first = at(alice!);
    const draft = await draftOperation(operation, first);
    const one = await advance(
      { file: draft.file, act: draft.plan.stages[0]!.act, stage: "schedule", state: draft.state },
      first,
    );
    expect(one.outcome).to.include({ status: "waiting", threshold: 3, nonce: 0n, behind: 0 });
    expect((one.outcome as { signed: readonly Address[] }).signed).to.deep.equal([alice!.address]);
    const second = at(bob!);
    const again = await draftOperation(operation, second);
    expect(again.resumed).to.equal(true);
    expect(again.file.id).to.equal(draft.file.id);
    const two = await advance(
      { file: again.file, act: again.plan.stages[0]!.act, stage: "schedule", state: again.state },
      second,
    );
    expect((two.outcome as { missing: readonly Address[] }).missing.length).to.equal(3);

    // another owner approves on the chain instead of signing
    const { safeTxHash } = two.file.safeTransactions[0]!;
    const approve = {
      address: council.address,
      abi: safeAbi,
      functionName: "approveHash",
      args: [safeTxHash],
    } as const;
    await chain.client.writeContract({ ...approve, account: council.owners[4]! });
    const third = at(developmentAccount(0));
    const last = await advance(
      { file: two.file, act: again.plan.stages[0]!.act, stage: "schedule", state: again.state },
      third,
    );
    expect(last.outcome.status).to.equal("done");

    const state = async () => readOperationState(third, draft.plan, last.file, await third.now());
    const waiting = await state();
    expect(waiting.status).to.equal("waiting");
    const now = await third.now();
    const refusal = refusedWith(() => requireReady(draft.file.id, waiting, now), "OPERATION_NOT_READY");
    expect(refusal.message).to.match(/in 2 days|in 1 day 23 hours/);

    await passTime(chain, Number(2n * day));
    const ready = await state();
    requireReady(draft.file.id, ready, await third.now());
    const executed = await advance(
      { file: last.file, act: ready.stage!.act, stage: "execute", state: ready },
      third,
    );
    expect(executed.outcome.status).to.equal("done");
    expect(await chain.reader.readContract({ address: timelock, abi, functionName: "getMinDelay" })).to.equal(
      3n * day,
    );
    const done = await readOperationState(third, draft.plan, executed.file, await third.now());
    expect(done.status).to.equal("done");
    refusedWith(() => requireReady(draft.file.id, done, 0n), "OPERATION_DONE");

    // said again, it is a new operation with a new id
    const next = await draftOperation(operation, third);
    expect([next.resumed, next.file.nonce]).to.deep.equal([false, 1n]);
    expect(next.file.id).to.not.equal(draft.file.id);
  });

  it("behavior: the same act, killed after it was signed, sends nothing twice", async () => {
    const { chain, council, operation, facts } = await setUp();
    const files = openMemoryFiles();
    const env = { ...environmentOf(chain, council.owners, files), facts };
    const draft = await draftOperation(operation, env);
    const act = {
      file: draft.file,
      act: draft.plan.stages[0]!.act,
      stage: "schedule",
      state: draft.state,
    } as const;
    const sent = await advance(act, env);
    const before = await chain.reader.getBlockNumber();
    // the file as it was when the process died: signed and sent, and not noted
    const died = {
      ...sent.file,
      safeTransactions: sent.file.safeTransactions.map((t) => ({ ...t, status: "open" as const })),
      history: [],
    };
    const again = await advance(
      { ...act, file: died },
      { ...environmentOf(chain, council.owners, files), facts },
    );
    expect(again.outcome.status).to.equal("done");
    expect(await chain.reader.getBlockNumber()).to.equal(before);
    expect(again.file.safeTransactions.map((t) => t.status)).to.deep.equal(["executed"]);
  });

  it("behavior: what is cancelled reads as cancelled, and proposing it again makes another", async () => {
    const { chain, council, operation, facts } = await setUp();
    const env = { ...environmentOf(chain, council.owners), facts };
    const draft = await draftOperation(operation, env);
    const { file } = await advance(
      { file: draft.file, act: draft.plan.stages[0]!.act, stage: "schedule", state: draft.state },
      env,
    );
    const state = await readOperationState(env, draft.plan, file, await env.now());
    const cancel = { as: council.address, calls: draft.plan.cancel!.calls, label: "cancel" };
    const cancelled = await advance({ file, act: cancel, stage: "cancel", state }, env);
    const after = await readOperationState(env, draft.plan, cancelled.file, await env.now());
    expect(after.status).to.equal("cancelled");
    refusedWith(() => requireReady(draft.file.id, after, 0n), "OPERATION_CANCELLED");
    expect((await draftOperation(operation, env)).file.nonce).to.equal(1n);
  });

  it("behavior: a timelock may be proposed to by another timelock", async () => {
    const { chain, council, timelock, facts } = await setUp();
    const outer = await deployTimelock(chain, [timelock], [zeroAddress]);
    const route: Route = {
      kind: "timelock",
      timelock: outer,
      proposer: { kind: "timelock", timelock, proposer: { kind: "safe", safe: council.address } },
    };
    const both = {
      ...facts,
      timelocks: { ...facts.timelocks, [outer]: { delay: 2n * day, executors: [zeroAddress] as Address[] } },
    };
    const env = { ...environmentOf(chain, council.owners), facts: both };
    const operation = operationOn(outer, route);
    const draft = await draftOperation(operation, env);
    let { file } = draft;
    const step = async () => {
      const state = await readOperationState(env, draft.plan, file, await env.now());
      if (state.stage)
        ({ file } = await advance({ file, act: state.stage.act, stage: state.stage.name, state }, env));
      return state.status;
    };
    expect(await step()).to.equal("draft");
    await passTime(chain, Number(2n * day));
    expect(await step()).to.equal("ready");
    await passTime(chain, Number(2n * day));
    expect(await step()).to.equal("ready");
    expect(await chain.reader.readContract({ address: outer, abi, functionName: "getMinDelay" })).to.equal(
      3n * day,
    );
  });

  it("error: past its deadline, an operation is not ready although the timelock would run it", async () => {
    const { chain, council, operation, facts } = await setUp();
    const env = { ...environmentOf(chain, council.owners), facts };
    const early = {
      ...operation,
      operation: { ...operation.operation, deadline: (await env.now()) + 3n * day },
    };
    const draft = await draftOperation(early, env);
    const { file } = await advance(
      { file: draft.file, act: draft.plan.stages[0]!.act, stage: "schedule", state: draft.state },
      env,
    );
    await passTime(chain, Number(4n * day));
    const state = await readOperationState(env, draft.plan, file, await env.now());
    refusedWith(() => requireReady(file.id, state, 0n), "OPERATION_EXPIRED");
  });
});

async function setUp() {
  const chain = await connectChain();
  const council = await deployLocalSafe(chain, 5, 3);
  const timelock = await deployTimelock(chain, [council.address], [zeroAddress]);
  const route: Route = { kind: "timelock", timelock, proposer: { kind: "safe", safe: council.address } };
  const facts = await readRouteFacts(chain.reader, route, () => [zeroAddress]);
  return { chain, council, timelock, facts, operation: operationOn(timelock, route) };
}

function operationOn(timelock: Address, route: Route) {
  const operation: Operation = {
    chainId: 31337,
    title: "Slow down",
    reason: "Three days are safer",
    deadline: 4_000_000_000n,
    route,
    calls: [
      {
        to: timelock,
        value: 0n,
        data: encodeFunctionData({ abi, functionName: "updateDelay", args: [3n * day] }),
      },
    ],
  };
  return { operation, text: "text", policyHash: `0x${"11".repeat(32)}` as Hex };
}

async function deployTimelock(
  chain: Chain,
  proposers: readonly Address[],
  executors: readonly Address[],
): Promise<Address> {
  const hash = await chain.client.deployContract({
    ...timelockArtifact,
    args: [2n * day, proposers, executors, zeroAddress],
    account: developmentAccount(0),
  });
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash });
  return contractAddress!;
}
