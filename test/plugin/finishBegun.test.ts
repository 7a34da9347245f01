/** A key sends the calls of an operation one after the other: whoever ends in between goes on from there. */
import { expect } from "chai";
import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { describeState } from "../../src/operations/describe.ts";
import type { Call, Route } from "../../src/operations/types.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { finishBegun } from "../../src/plugin/operate/finishBegun.ts";
import { inspectOperation } from "../../src/plugin/operate/inspect.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { prepareProposal, submitProposal } from "../../src/plugin/operate/propose.ts";
import { resumeProposal } from "../../src/plugin/operate/resume.ts";
import type { Project } from "../../src/plugin/project.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { compilePolicy, type PolicyInput } from "../../src/policy/index.ts";
import { projectOf } from "../operations/environment.ts";
import { refusesWith } from "../refusedWith.ts";
import { type Chain, connectChain, developmentAccount } from "../safe/localSafe.ts";

const [alice, bob] = [developmentAccount(1), developmentAccount(2)];
const nobody = (n: number): Address => `0x${"00".repeat(18)}b0${n.toString(16).padStart(2, "0")}`;
const pay = (n: number): Call => ({ to: nobody(n), value: 5n, data: "0x" });
const route: Route = { kind: "direct", from: alice.address };
const desired: Desired = compilePolicy(
  {
    schema: 1,
    name: "pay",
    networks: { hardhat: { chain: 31337, tier: "development" } },
    signers: {
      alice: { provider: "development", account: 1 },
      bob: { provider: "development", account: 2 },
    },
  } as PolicyInput,
  { network: "hardhat", chainId: 31337 },
);

describe("operate/finishBegun", function () {
  this.timeout(30_000);
  let chain: Chain;
  let project: Project;
  let id: Hex;
  const asked: string[] = [];
  const context = {
    progress: (line: string) => void asked.push(line),
    confirm: async (question: string) => asked.push(question) > 0,
  };
  const request = { simulator: "", dryRun: false };
  const nonce = () => chain.reader.getTransactionCount({ address: alice.address });
  const state = async () => (await inspectOperation(await openOperations(project), id)).state;
  const paid = () =>
    Promise.all([1, 2, 3].map((n) => chain.reader.getBalance({ address: nobody(n) }).then(Number)));

  /** Ends before the send of that number. */
  async function begin(calls: readonly Call[], sends: number) {
    chain = await connectChain();
    asked.length = 0;
    project = projectOf(chain, [alice, bob], desired, openMemoryFiles());
    const { sender } = project;
    let sent = 0;
    const send: typeof sender.send = async (intent) => {
      if (sent++ === sends) throw new Error("died");
      return sender.send(intent);
    };
    const operations = await openOperations({ ...project, sender: { ...sender, send } });
    const wanted = { calls, title: "Pay three", reason: "owed", route, simulator: "" };
    const proposal = await prepareProposal(operations, wanted);
    id = proposal.file.id;
    await submitProposal(proposal).then(
      () => expect.fail("it should have died"),
      () => {},
    );
  }

  it("behavior: it is shown for what it is, and the same command sends the rest, once", async () => {
    await begin([pay(1), pay(2), pay(3)], 1);
    expect(describeState(await state(), 0n)).to.equal(
      "begun and not finished: 1 of 3 transactions are on the chain",
    );
    expect(await paid()).to.deep.equal([5, 0, 0]);
    await finishBegun(project, context, { ...request, dryRun: true });
    expect(await paid()).to.deep.equal([5, 0, 0]);

    asked.length = 0;
    await finishBegun(project, context, request);
    expect(asked[0])
      .to.include("1 of 3")
      .and.to.include("What is left of it:")
      .and.to.include("Simulation: it runs");
    expect([await paid(), await nonce()]).to.deep.equal([[5, 5, 5], 3]);
    expect((await state()).status).to.equal("done");
    asked.length = 0;
    await finishBegun(project, context, request);
    expect([asked, await nonce()]).to.deep.equal([[], 3]);
  });

  it("behavior: --resume sends the rest, once", async () => {
    await begin([pay(1), pay(2), pay(3)], 2);
    const proposal = await resumeProposal(await openOperations(project), "Pay three", { simulator: "" });
    const done = await submitProposal(proposal);
    expect([done.state.status, await paid(), await nonce()]).to.deep.equal(["done", [5, 5, 5], 3]);
  });

  it("behavior: a call that reverts in the middle is sent again with what follows, what succeeded is not", async () => {
    chain = await connectChain();
    asked.length = 0;
    project = projectOf(chain, [alice, bob], desired, openMemoryFiles());
    const wanted = {
      calls: [pay(1), pay(2), pay(3)],
      title: "Pay three",
      reason: "owed",
      route,
      simulator: "",
    };
    const refuse = (code: Hex) =>
      chain.connection.provider.request({ method: "hardhat_setCode", params: [nobody(2), code] });
    // The second is signed while it would run, and is included when it does not.
    const { sender } = project;
    const closing = (moment: (call: number) => Promise<unknown>): Project => {
      let sends = 0;
      const send: typeof sender.send = async (intent) => {
        await moment(++sends);
        return sender.send({ ...intent, gas: 100_000n });
      };
      return { ...project, sender: { ...sender, send } };
    };
    const failing = closing(async (call) => call === 2 && refuse("0x5f5ffd"));
    const proposal = await prepareProposal(await openOperations(failing), wanted);
    id = proposal.file.id;
    await refusesWith(submitProposal(proposal), "TRANSACTION_REVERTED");
    expect([await paid(), await nonce()]).to.deep.equal([[5, 0, 0], 2]);
    expect((await state()).begun).to.deep.equal({ included: [0], of: 3 });

    // Still closed: it reverts once more, and the first is not paid again.
    const again = async (by: Project) => {
      const resumed = await resumeProposal(await openOperations(by), id, { simulator: "" });
      return submitProposal(resumed);
    };
    await refuse("0x");
    await refusesWith(
      again(closing(async (call) => call === 2 && refuse("0x5f5ffd"))),
      "TRANSACTION_REVERTED",
    );
    expect([await paid(), await nonce()]).to.deep.equal([[5, 0, 0], 3]);

    await refuse("0x");
    expect((await again(project)).state.status).to.equal("done");
    expect([await paid(), await nonce()]).to.deep.equal([[5, 5, 5], 5]);
    const history = (await inspectOperation(await openOperations(project), id)).file?.history;
    expect(history?.map(({ what }) => what)).to.deep.equal(["created", "reverted", "reverted", "executed"]);
  });

  it("error: what is left is not sent where it would revert now", async () => {
    const abi = parseAbi(["function transferOwnership(address)"]);
    const data = encodeFunctionData({ abi, functionName: "transferOwnership", args: [bob.address] });
    await begin([pay(1), { to: nobody(9), value: 0n, data }], 1);
    // Meanwhile there is a contract, and it takes nothing.
    await chain.connection.provider.request({ method: "hardhat_setCode", params: [nobody(9), "0x5f5ffd"] });
    await refusesWith(finishBegun(project, context, request), "SIMULATION_REVERTED");
    expect([await nonce(), (await state()).begun?.included]).to.deep.equal([1, [0]]);
  });
});
