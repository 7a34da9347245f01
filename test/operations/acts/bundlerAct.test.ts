import { expect } from "chai";
import { type Address, parseEther, zeroHash } from "viem";
import { openRemoteBundler } from "../../../src/accounts/bundler/remoteBundler.ts";
import { BundlerError } from "../../../src/accounts/bundler/rpcError.ts";
import type { LocalBundler } from "../../../src/accounts/index.ts";
import {
  type AdvanceEnvironment,
  advance,
  draftOperation,
  findUnfinished,
} from "../../../src/operations/advance.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { openMemoryFiles } from "../../../src/plugin/files.ts";
import { fetchFrom } from "../../accounts/serveBundler.ts";
import { refusesWith } from "../../refusedWith.ts";
import { developmentAccount } from "../../safe/localSafe.ts";
import { environmentOf } from "../environment.ts";
import { type AccountWorld, createAccountWorld } from "./accountWorld.ts";

const alice = developmentAccount(1);
const nobody: Address = "0x000000000000000000000000000000000000b0b0";

class Died extends Error {}

describe("operations/acts/bundlerAct", () => {
  let world: AccountWorld;
  let sent: string[];

  beforeEach(async () => {
    world = await createAccountWorld();
    sent = [];
  });

  /** Counts what reaches the bundler. */
  const counted = (bundler: LocalBundler): LocalBundler => ({
    request: async (question) => {
      if (question.method === "eth_sendUserOperation") {
        sent.push(question.method);
        await world.tick();
      }
      return bundler.request(question);
    },
  });

  const environment = (
    files = openMemoryFiles(),
    bundler: LocalBundler = world.bundler,
    timeout = 2_000,
  ): AdvanceEnvironment => ({
    ...environmentOf(world.chain, [alice, developmentAccount(5)], files),
    facts: { timelocks: {}, managers: {} },
    bundler: {
      remote: openRemoteBundler({
        url: "http://127.0.0.1:1",
        fetch: fetchFrom(counted(bundler)),
        timeout: 5_000,
      }),
      fees: { speed: "normal" },
      clock: { now: () => Date.now(), sleep: (ms) => new Promise((done) => setTimeout(done, ms)) },
      poll: 5,
      timeout,
      confirmations: 1,
    },
  });

  const paying = (value = 5n): Operation => ({
    chainId: 31337,
    title: "Pay",
    reason: "owed",
    deadline: 2n ** 40n,
    calls: [{ to: nobody, value, data: "0x" }],
    route: { kind: "account", account: world.account },
  });

  async function act(env: AdvanceEnvironment, operation = paying()) {
    const draft =
      (await findUnfinished(operation, env)) ??
      (await draftOperation({ operation, text: "", policyHash: zeroHash }, env));
    const { file, state } = draft;
    const stage = state.stage!;
    return advance({ file, act: stage.act, stage: "execute", state }, env);
  }

  const paid = () => world.chain.reader.getBalance({ address: nobody });
  const only = async (env: AdvanceEnvironment) => (await env.store.list())[0]!;

  it("behavior: the bundler includes it, the account pays, and our keys send nothing", async () => {
    const env = environment();
    const before = await world.chain.reader.getBalance({ address: world.account });
    const { outcome, file } = await act(env);
    expect(outcome).to.deep.include({ status: "done", by: world.account });
    expect(file.history.map(({ what }) => what)).to.deep.equal(["created", "executed"]);
    expect(file.userOperation).to.equal(undefined);
    expect(await paid()).to.equal(5n);
    expect(await env.sender.list()).to.deep.equal([]);
    const spent = before - (await world.chain.reader.getBalance({ address: world.account }));
    expect(spent > 5n && spent < parseEther("0.1")).to.equal(true);
  });

  it("behavior: killed before it left, the same bytes leave later", async () => {
    const files = openMemoryFiles();
    const killed = environment(files);
    const { remote } = killed.bundler!;
    const dying: typeof remote = {
      ...remote,
      request: async (method, params) => {
        if (method === "eth_sendUserOperation") throw new Died();
        return remote.request(method, params);
      },
    };
    await act({ ...killed, bundler: { ...killed.bundler!, remote: dying } }).then(
      () => expect.fail("it should have died"),
      (error: unknown) => expect(error).to.be.instanceOf(Died),
    );
    const kept = (await only(killed)).userOperation!;
    expect(kept.attempts).to.have.length(1);
    const env = environment(files);
    await act(env);
    expect(await paid()).to.equal(5n);
    expect(await included()).to.deep.equal([kept.attempts[0]!.userOpHash]);
  });

  it("behavior: killed after it left, it is found on the chain, and nothing is sent", async () => {
    const files = openMemoryFiles();
    const killed = environment(files);
    const { store } = killed;
    const dying: typeof store = {
      ...store,
      put: async (file) => {
        if (file.history.some(({ what }) => what === "executed")) throw new Died();
        await store.put(file);
      },
    };
    await act({ ...killed, store: dying }).catch((error: unknown) => expect(error).to.be.instanceOf(Died));
    expect(sent).to.have.length(1);
    const env = environment(files);
    expect((await only(env)).userOperation).not.to.equal(undefined);
    expect(await findUnfinished(paying(), env)).to.equal(undefined);
    expect(sent).to.have.length(1);
    expect(await paid()).to.equal(5n);
  });

  it("behavior: acted on again with an old file, the receipt is asked for first", async () => {
    const files = openMemoryFiles();
    const env = environment(files);
    const draft = await draftOperation({ operation: paying(), text: "", policyHash: zeroHash }, env);
    const again = { act: draft.state.stage!.act, stage: "execute", state: draft.state } as const;
    const kept: Awaited<ReturnType<typeof only>>[] = [];
    const recording: AdvanceEnvironment = {
      ...env,
      store: {
        ...env.store,
        put: async (file) => {
          kept.push(file);
          await env.store.put(file);
        },
      },
    };
    await advance({ ...again, file: draft.file }, recording);
    const old = kept.find(({ userOperation }) => userOperation !== undefined)!;
    const { outcome } = await advance({ ...again, file: old }, env);
    expect(outcome.status).to.equal("done");
    expect(sent).to.have.length(1);
    expect(await paid()).to.equal(5n);
  });

  it("behavior: what the bundler lost and will not take again is signed anew under the same nonce", async () => {
    const files = openMemoryFiles();
    // Takes it, and forgets it.
    const forgetful: LocalBundler = {
      request: async (question) => {
        if (question.method === "eth_sendUserOperation") return zeroHash;
        return world.bundler.request(question);
      },
    };
    await refusesWith(act(environment(files, forgetful, 50)), "BUNDLER_SLOW");
    const first = (await only(environment(files))).userOperation!;
    await world.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 50_000_000_000n });
    await world.chain.client.mine({ blocks: 1 });
    let refused = false;
    const choosy: LocalBundler = {
      request: async (question) => {
        if (question.method === "eth_sendUserOperation" && !refused) {
          refused = true;
          throw new BundlerError("invalidParams", "maxFeePerGas must be at least what it costs now");
        }
        return world.bundler.request(question);
      },
    };
    const { outcome } = await act(environment(files, choosy));
    expect(outcome.status).to.equal("done");
    expect(await paid()).to.equal(5n);
    const [hash] = await included();
    expect(hash).not.to.equal(first.attempts[0]!.userOpHash);
    // The first one can never run: its nonce is used.
    const late = first.attempts[0]!.operation;
    await world.bundler
      .request({
        method: "eth_sendUserOperation",
        params: [late, "0x433709009B8330FDa32311DF1C2AFA402eD8D009"],
      })
      .then(
        () => expect.fail("it ran twice"),
        (error: Error) => expect(error.message).to.match(/AA25/),
      );
    expect(await paid()).to.equal(5n);
  });

  it("behavior: what a key of ours began to submit, it goes on submitting", async () => {
    const files = openMemoryFiles();
    const { bundler: _, ...own } = environment(files);
    const dying: AdvanceEnvironment = {
      ...own,
      sender: {
        ...own.sender,
        send: async (intent) => {
          await own.sender.submit(intent);
          throw new Died();
        },
      },
    };
    await act(dying).catch((error: unknown) => expect(error).to.be.instanceOf(Died));
    const env = environment(files);
    const file = await only(env);
    const draft = await draftOperation({ operation: paying(), text: "", policyHash: zeroHash }, env);
    await advance(
      { file, act: draft.plan.stages[0]!.act, stage: "execute", state: { status: "draft" } },
      env,
    );
    expect(sent).to.deep.equal([]);
    expect(await paid()).to.equal(5n);
  });

  it("error: BUNDLER_MISSING where a bundler has it and none is named", async () => {
    const files = openMemoryFiles();
    const forgetful: LocalBundler = {
      request: async (question) =>
        question.method === "eth_sendUserOperation" ? zeroHash : world.bundler.request(question),
    };
    await refusesWith(act(environment(files, forgetful, 50)), "BUNDLER_SLOW");
    const { bundler: _, ...without } = environment(files);
    await refusesWith(act(without), "BUNDLER_MISSING");
    expect(await paid()).to.equal(0n);
  });

  it("error: an account without ether is told so", async () => {
    await world.chain.client.setBalance({ address: world.account, value: 10n ** 9n });
    await refusesWith(act(environment()), "ACCOUNT_CANNOT_PAY");
    expect(await paid()).to.equal(0n);
  });

  async function included() {
    const logs = await world.chain.reader.getLogs({
      address: "0x433709009B8330FDa32311DF1C2AFA402eD8D009",
      event: {
        type: "event",
        name: "UserOperationEvent",
        inputs: [
          { name: "userOpHash", type: "bytes32", indexed: true },
          { name: "sender", type: "address", indexed: true },
          { name: "paymaster", type: "address", indexed: true },
          { name: "nonce", type: "uint256" },
          { name: "success", type: "bool" },
          { name: "actualGasCost", type: "uint256" },
          { name: "actualGasUsed", type: "uint256" },
        ],
      },
      fromBlock: 0n,
    });
    return logs.map(({ args }) => args.userOpHash);
  }
});
