import { expect } from "chai";
import { type Address, zeroHash } from "viem";
import {
  type AdvanceEnvironment,
  advance,
  draftOperation,
  findUnfinished,
} from "../../src/operations/advance.ts";
import { readOperationState } from "../../src/operations/lifecycle.ts";
import type { RouteFacts } from "../../src/operations/routes/types.ts";
import type { OperationFile } from "../../src/operations/store/operationFile.ts";
import type { Operation, Route } from "../../src/operations/types.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { type Chain, connectChain, deployLocalSafe, developmentAccount } from "../safe/localSafe.ts";
import { environmentOf } from "./environment.ts";

const alice = developmentAccount(1);
const nobody: Address = "0x000000000000000000000000000000000000b0b0";
const facts: RouteFacts = { timelocks: {}, managers: {} };
const paying = (route: Route): Operation => ({
  chainId: 31337,
  title: "Pay",
  reason: "owed",
  deadline: 2n ** 40n,
  calls: [{ to: nobody, value: 5n, data: "0x" }],
  route,
});

class Died extends Error {}

describe("operations/settleSent", () => {
  let chain: Chain;

  beforeEach(async () => {
    chain = await connectChain();
  });

  /** Acts, and dies at the first write that `dies` says; returns what a new process finds. */
  async function actAndDie(operation: Operation, owners: Parameters<typeof environmentOf>[1], at: Death) {
    const files = openMemoryFiles();
    const env: AdvanceEnvironment = { ...environmentOf(chain, owners, files), facts };
    const draft = await draftOperation({ operation, text: "", policyHash: zeroHash }, env);
    const dying: AdvanceEnvironment = { ...env, ...at(env) };
    const act = {
      file: draft.file,
      act: draft.state.stage!.act,
      stage: "execute",
      state: draft.state,
    } as const;
    await advance(act, dying).then(
      () => expect.fail("it should have died"),
      (error: unknown) => expect(error).to.be.instanceOf(Died),
    );
    const [file] = await env.store.list();
    return { env: { ...environmentOf(chain, owners, files), facts }, plan: draft.plan, file: file! };
  }

  type Death = (env: AdvanceEnvironment) => Partial<AdvanceEnvironment>;
  const beforeNoting: Death = ({ store }) => ({
    store: {
      ...store,
      put: async (file: OperationFile) => {
        if (file.history.some(({ what }) => what === "executed")) throw new Died();
        await store.put(file);
      },
    },
  });
  const beforeInclusion: Death = ({ sender }) => ({
    sender: {
      ...sender,
      send: async (intent) => {
        await sender.submit(intent);
        throw new Died();
      },
    },
  });

  it("behavior: what a key sent and nobody noted is done, and is not taken for unfinished", async () => {
    const operation = paying({ kind: "direct", from: alice.address });
    const { env, plan, file } = await actAndDie(operation, [alice], beforeNoting);
    expect(file.history.map(({ what }) => what)).to.deep.equal(["created"]);

    const state = await readOperationState(env, plan, file, await env.now());
    expect(state.status).to.equal("done");
    expect(state.file!.history.at(-1)).to.include({ what: "executed", by: alice.address.toLowerCase() });
    expect(await findUnfinished(operation, env)).to.equal(undefined);
    expect(await chain.reader.getBalance({ address: nobody })).to.equal(5n);
  });

  it("behavior: what was signed and is in no block yet is a draft that goes on, once", async () => {
    const operation = paying({ kind: "direct", from: alice.address });
    await chain.client.setAutomine(false);
    const { env, plan, file } = await actAndDie(operation, [alice], beforeInclusion);
    const state = await readOperationState(env, plan, file, await env.now());
    expect([state.status, state.sent]).to.deep.equal(["draft", true]);
    // Whatever it would do by now: the same operation, not another one beside it.
    const changed = { ...operation, effectsHash: `0x${"11".repeat(32)}` as const };
    const again = await draftOperation({ operation: changed, text: "", policyHash: zeroHash }, env);
    expect([again.resumed, again.file.id]).to.deep.equal([true, file.id]);

    await chain.client.setAutomine(true);
    await chain.client.mine({ blocks: 1 });
    await advance(
      { file: again.file, act: again.state.stage!.act, stage: "execute", state: again.state },
      env,
    );
    expect(await chain.reader.getBalance({ address: nobody })).to.equal(5n);
  });

  it("behavior: what was kept and never signed is a draft like any other", async () => {
    const operation = paying({ kind: "direct", from: alice.address });
    const { env, plan, file } = await actAndDie(operation, [alice], () => ({
      sender: { list: async () => [], send: () => Promise.reject(new Died()) } as never,
    }));
    expect(file.sending?.intents).to.have.length(1);
    const state = await readOperationState(env, plan, file, await env.now());
    expect([state.status, state.sent]).to.deep.equal(["draft", undefined]);
  });

  it("behavior: what a Safe's owners executed elsewhere is done", async () => {
    const safe = await deployLocalSafe(chain, 2, 1);
    await chain.client.sendTransaction({ account: alice.address, to: safe.address, value: 10n });
    const operation = paying({ kind: "safe", safe: safe.address });
    const { env, plan, file } = await actAndDie(operation, safe.owners, beforeNoting);
    const { sending: _, ...elsewhere } = file;
    const open = {
      ...elsewhere,
      safeTransactions: file.safeTransactions.map((t) => ({ ...t, status: "open" as const })),
    };
    const state = await readOperationState(env, plan, open, await env.now());
    expect(state.status).to.equal("done");
    expect(state.file!.safeTransactions.map(({ status }) => status)).to.deep.equal(["executed"]);
  });
});
