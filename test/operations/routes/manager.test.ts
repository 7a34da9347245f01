import { createRequire } from "node:module";
import { expect } from "chai";
import hre from "hardhat";
import { type Abi, type Address, encodeFunctionData, type Hash, type Hex, parseAbi, zeroHash } from "viem";
import { advance, draftOperation } from "../../../src/operations/advance.ts";
import { decodeCall } from "../../../src/operations/decode/decodeCall.ts";
import { hashManagerCall, hashTimelockOperation } from "../../../src/operations/identity.ts";
import { readOperationState, requireReady } from "../../../src/operations/lifecycle.ts";
import { planRoute } from "../../../src/operations/routes/planRoute.ts";
import { readExecutionDelay, readRouteFacts } from "../../../src/operations/routes/readPending.ts";
import type { Operation, Route } from "../../../src/operations/types.ts";
import { refusedWith, refusesWith } from "../../refusedWith.ts";
import { type Chain, connectChain, developmentAccount } from "../../safe/localSafe.ts";
import { environmentOf, passTime } from "../environment.ts";

const load = createRequire(import.meta.url);
const stockManager = load("@openzeppelin/contracts/build/contracts/AccessManager.json") as {
  abi: Abi;
  bytecode: Hex;
};
const abi = parseAbi([
  "function grantRole(uint64 roleId, address account, uint32 executionDelay)",
  "function labelRole(uint64 roleId, string label)",
  "function hashCall(address caller, address target, uint256 value, bytes data, uint48 deadline, bytes32 salt) view returns (bytes32)",
  "function hashOperation(address caller, address target, bytes data) view returns (bytes32)",
]);
const [admin, alice] = [developmentAccount(0), developmentAccount(1)];
const day = 86_400;

describe("operations/routes manager", () => {
  it("behavior: with OpenZeppelin's manager: scheduled, waited for, executed by the same key", async () => {
    const { chain, manager } = await stock();
    const route: Route = { kind: "manager", manager, from: alice.address };
    const operation = labelling(manager, route);
    const facts = await readRouteFacts(chain.reader, route, () => []);
    expect(facts.managers[manager]).to.deep.equal({ flavour: "openzeppelin" });
    const env = { ...environmentOf(chain, [alice]), facts };
    const draft = await draftOperation({ operation, text: "", policyHash: zeroHash }, env);
    expect(draft.state.status).to.equal("draft");
    let { file } = await advance(
      { file: draft.file, act: draft.state.stage!.act, stage: "schedule", state: draft.state },
      env,
    );
    const waiting = await readOperationState(env, draft.plan, file, await env.now());
    refusedWith(() => requireReady(file.id, waiting, 0n), "OPERATION_NOT_READY");
    await passTime(chain, day);
    const ready = await readOperationState(env, draft.plan, file, await env.now());
    requireReady(file.id, ready, 0n);
    ({ file } = await advance({ file, act: ready.stage!.act, stage: "execute", state: ready }, env));
    expect((await readOperationState(env, draft.plan, file, await env.now())).status).to.equal("done");
  });

  it("behavior: executed and never noted, it is done: the manager forgets, the journal does not", async () => {
    const { chain, manager } = await stock();
    const route: Route = { kind: "manager", manager, from: alice.address };
    const env = {
      ...environmentOf(chain, [alice]),
      facts: await readRouteFacts(chain.reader, route, () => []),
    };
    const draft = await draftOperation(
      { operation: labelling(manager, route), text: "", policyHash: zeroHash },
      env,
    );
    const { file } = await advance(
      { file: draft.file, act: draft.state.stage!.act, stage: "schedule", state: draft.state },
      env,
    );
    await passTime(chain, day);
    const ready = await readOperationState(env, draft.plan, file, await env.now());
    await advance({ file, act: ready.stage!.act, stage: "execute", state: ready }, env);
    const kept = (await env.store.get(file.id))!;
    const history = kept.history.filter(({ what }) => what !== "executed");
    const state = (sending: { sending?: NonNullable<typeof kept.sending> }) =>
      env.now().then((now) => readOperationState(env, draft.plan, { ...file, history, ...sending }, now));
    expect((await state({})).status).to.equal("cancelled");
    const intents = (await env.sender.list()).map(({ id }) => id).slice(-1);
    expect((await state({ sending: { stage: "execute", intents } })).status).to.equal("done");
  });

  it("behavior: what is left too long is expired", async () => {
    const { chain, manager } = await stock();
    const route: Route = { kind: "manager", manager, from: alice.address };
    const env = {
      ...environmentOf(chain, [alice]),
      facts: await readRouteFacts(chain.reader, route, () => []),
    };
    const draft = await draftOperation(
      { operation: labelling(manager, route), text: "", policyHash: zeroHash },
      env,
    );
    const { file } = await advance(
      { file: draft.file, act: draft.state.stage!.act, stage: "schedule", state: draft.state },
      env,
    );
    await passTime(chain, 9 * day);
    expect((await readOperationState(env, draft.plan, file, await env.now())).status).to.equal("expired");
  });

  it("error: whoever has no role is refused before anything is sent", async () => {
    const { chain, manager } = await stock();
    const selector = encodeFunctionData({ abi, functionName: "labelRole", args: [1n, ""] }).slice(
      0,
      10,
    ) as Hex;
    expect(await readExecutionDelay(chain.reader, manager, alice.address, manager, selector)).to.equal(
      BigInt(day),
    );
    await refusesWith(
      readExecutionDelay(chain.reader, manager, developmentAccount(5).address, manager, selector),
      "NOT_PERMITTED",
    );
  });

  it("behavior: ids are those our contracts compute", async () => {
    const chain = await connectChain();
    const { abi: managerAbi, bytecode } = await hre.artifacts.readArtifact("RoleManager");
    const manager = await deploy(chain, { abi: managerAbi as Abi, bytecode: bytecode as Hex }, [
      [admin.address],
      [],
      [],
    ]);
    const facts = await readRouteFacts(
      chain.reader,
      { kind: "manager", manager, from: alice.address },
      () => [],
    );
    expect(facts.managers[manager]).to.deep.equal({ flavour: "portcullis" });
    const call = { to: alice.address, value: 3n, data: "0x12345678" as Hex };
    const salt: Hash = `0x${"ab".repeat(32)}`;
    for (const [value, deadline, s] of [
      [3n, 99n, salt],
      [0n, 0n, zeroHash],
      [1n, 0n, zeroHash],
    ] as const) {
      const theirs = await chain.reader.readContract({
        address: manager,
        abi,
        functionName: "hashCall",
        args: [admin.address, call.to, value, call.data, Number(deadline), s],
      });
      expect(hashManagerCall(admin.address, { ...call, value }, deadline, s)).to.equal(theirs);
    }
  });

  it("behavior: with our manager equal calls of one operation have ids of their own, and value and salt are bound", () => {
    const manager = developmentAccount(7).address;
    const call = { to: alice.address, value: 3n, data: "0x12345678" as Hex };
    const operation = {
      ...labelling(manager, { kind: "manager", manager, from: alice.address }),
      calls: [call, call],
    };
    const plan = planRoute(operation, 0n, {
      timelocks: {},
      managers: { [manager]: { flavour: "portcullis" } },
    });
    const [schedule, execute] = plan.stages;
    expect(new Set(schedule!.opens!.ids).size).to.equal(2);
    expect(execute!.act.calls.map((c) => c.value)).to.deep.equal([3n, 3n]);
    const book = { chainId: 1, entries: [] };
    const carried = [...schedule!.act.calls, ...execute!.act.calls].map(
      (c) => decodeCall(c, book).inner[0]!.decoded.call,
    );
    expect(carried).to.deep.equal([call, call, call, call]);
    expect(plan.id).to.not.equal(hashTimelockOperation(operation.calls, zeroHash, plan.salt));
  });
});

async function stock() {
  const chain = await connectChain();
  const manager = await deploy(chain, stockManager, [admin.address]);
  const hash = await chain.client.writeContract({
    address: manager,
    abi,
    functionName: "grantRole",
    args: [0n, alice.address, day],
    account: admin,
  });
  await chain.client.waitForTransactionReceipt({ hash });
  return { chain, manager };
}

async function deploy(
  chain: Chain,
  artifact: { abi: Abi; bytecode: Hex },
  args: unknown[],
): Promise<Address> {
  const hash = await chain.client.deployContract({ ...artifact, args, account: admin });
  return (await chain.client.waitForTransactionReceipt({ hash })).contractAddress!;
}

function labelling(manager: Address, route: Route): Operation {
  const data = encodeFunctionData({ abi, functionName: "labelRole", args: [7n, "seven"] });
  return {
    chainId: 31337,
    title: "Label",
    reason: "test",
    deadline: 4_000_000_000n,
    route,
    calls: [{ to: manager, value: 0n, data }],
  };
}
