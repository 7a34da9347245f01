import { expect } from "chai";
import { privateKeyToAccount } from "viem/accounts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { openJournal } from "../../src/transactions/journal.ts";
import { createSender, intentId, type SenderOptions } from "../../src/transactions/sender.ts";
import type { Clock, FeePolicy, Intent, Sender } from "../../src/transactions/types.ts";
import { refusesWith } from "../refusedWith.ts";
import { createFakeNode, type FakeNode } from "./fakeNode.ts";

const key = privateKeyToAccount(`0x${"11".repeat(32)}`);
const CHAIN = 31337;
const intent = (name: string): Intent => ({
  id: intentId(CHAIN, name),
  from: key.address,
  to: "0x00000000000000000000000000000000000000aa",
  data: "0x01",
  label: name,
});

/** What the process dies of in these tests. */
class Killed extends Error {}

describe("sender", () => {
  let node: FakeNode;
  let files: ReturnType<typeof openMemoryFiles>;
  let time: number;
  let onSleep: () => void;

  beforeEach(() => {
    node = createFakeNode();
    files = openMemoryFiles();
    time = 1_000_000;
    onSleep = () => {};
  });

  const clock: Clock = {
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
      onSleep();
    },
  };
  /** Each one is a process of its own: only the journal is shared. */
  const start = (options: Partial<SenderOptions> = {}): Sender =>
    createSender({
      rpc: node,
      chainId: CHAIN,
      journal: openJournal(files),
      signer: async () => key,
      clock,
      fees: { speed: "normal" },
      confirmations: 1,
      finality: "finalized",
      poll: 1_000,
      timeout: 60_000,
      ...options,
    });
  const died = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(Killed);
  };
  const once = (method: string, where: "before" | "after") => {
    node[where] = (asked) => {
      if (asked !== method) return;
      node[where] = () => {};
      throw new Killed(`${where} ${method}`);
    };
  };
  const expectOne = () => {
    expect(node.included, "transactions on the chain").to.have.length(1);
    expect(new Set(node.arrived).size, "different bytes that ever left").to.equal(1);
  };

  it("behavior: killed before the store, the next run sends one transaction", async () => {
    const dying = {
      ...openJournal(files),
      put: async () => {
        throw new Killed("before the store");
      },
    };
    await died(start({ journal: dying }).send(intent("a")));
    expect(node.arrived).to.have.length(0);
    expect((await start().send(intent("a"))).resumed).to.equal(false);
    expectOne();
  });

  it("behavior: killed after the store and before the send, the next run sends the same bytes", async () => {
    const journal = openJournal(files);
    const dying = {
      ...journal,
      put: async (record: Parameters<typeof journal.put>[0]) => {
        await journal.put(record);
        throw new Killed("after the store");
      },
    };
    await died(start({ journal: dying }).send(intent("a")));
    const [stored] = await journal.list();
    expect((await start().send(intent("a"))).resumed).to.equal(true);
    expectOne();
    expect(node.arrived[0]).to.equal(stored?.attempts[0]?.raw);
  });

  it("behavior: killed after the send and before the answer, the next run finds it", async () => {
    once("eth_sendRawTransaction", "after");
    const first = start();
    // The kill reaches every later request of that process too.
    const send = first.send(intent("a"));
    node.before = () => {
      if (node.arrived.length > 0) throw new Killed("dead");
    };
    await died(send);
    node.before = () => {};
    expect((await start().send(intent("a"))).hash).to.equal(node.included[0]);
    expectOne();
  });

  it("behavior: killed after inclusion and before the receipt, the next run finds it", async () => {
    node.before = (method) => {
      if (method === "eth_getTransactionReceipt" && node.included.length > 0)
        throw new Killed("after inclusion");
    };
    await died(start().send(intent("a")));
    node.before = () => {};
    expect((await start().send(intent("a"))).resumed).to.equal(true);
    expectOne();
  });

  it("behavior: the same intent again sends nothing", async () => {
    await start().send(intent("a"));
    await start().send(intent("a"));
    expectOne();
  });

  it("behavior: other intents get other nonces, and what is stored goes out first", async () => {
    const journal = openJournal(files);
    const dying = {
      ...journal,
      put: async (record: Parameters<typeof journal.put>[0]) => {
        await journal.put(record);
        throw new Killed("after the store");
      },
    };
    await died(start({ journal: dying }).send(intent("a")));
    await start().send(intent("b"));
    expect(node.included).to.have.length(2);
    const nonces = (await journal.list()).map((record) => [record.label, record.nonce]);
    expect(nonces).to.deep.equal([
      ["a", 0],
      ["b", 1],
    ]);
  });

  it("behavior: intents sent at once do not share a nonce", async () => {
    const sender = start();
    await Promise.all(["a", "b", "c", "d"].map((name) => sender.send(intent(name))));
    const nonces = (await sender.list()).map((record) => record.nonce);
    expect(nonces).to.deep.equal([0, 1, 2, 3]);
  });

  it("behavior: a transaction the pool dropped is broadcast again", async () => {
    node.automine = false;
    const sender = start();
    await sender.submit(intent("a"));
    node.drop();
    let slept = 0;
    onSleep = () => {
      slept += 1;
      if (slept === 2) node.mine();
    };
    await sender.wait(intent("a").id);
    expectOne();
    expect(node.arrived).to.have.length(2);
  });

  it("behavior: a reorganised transaction is broadcast again", async () => {
    const sender = start({ confirmations: 3 });
    let slept = 0;
    onSleep = () => {
      slept += 1;
      if (slept === 1) node.reorg();
      else node.mine();
    };
    await sender.send(intent("a"));
    expectOne();
    expect(node.arrived.length).to.be.greaterThan(1);
  });

  it("behavior: a stuck transaction is bumped by at least an eighth, on the same nonce", async () => {
    node.automine = false;
    const sender = start();
    await sender.submit(intent("a"));
    await sender.bump(intent("a").id);
    const [record] = await sender.list();
    const [first, second] = record?.attempts ?? [];
    expect(record?.attempts).to.have.length(2);
    expect((second?.maxFeePerGas ?? 0n) * 8n >= (first?.maxFeePerGas ?? 0n) * 9n).to.equal(true);
    expect((second?.maxPriorityFeePerGas ?? 0n) * 8n >= (first?.maxPriorityFeePerGas ?? 0n) * 9n).to.equal(
      true,
    );
    node.mine();
    expect((await sender.wait(intent("a").id)).hash).to.equal(second?.hash);
    expect(node.included).to.have.length(1);
  });

  it("behavior: what stays stuck is bumped by itself", async () => {
    node.automine = false;
    const sender = start({ stuckAfter: 5_000 });
    let slept = 0;
    onSleep = () => {
      slept += 1;
      if (slept === 9) node.mine();
    };
    await sender.send(intent("a"));
    expect((await sender.list())[0]?.attempts.length).to.be.greaterThan(1);
    expect(node.included).to.have.length(1);
  });

  it("error: a cancelled transaction never happens", async () => {
    node.automine = false;
    const sender = start();
    await sender.submit(intent("a"));
    const hash = await sender.cancel(intent("a").id);
    node.mine();
    await refusesWith(sender.wait(intent("a").id), "TRANSACTION_CANCELLED");
    expect(node.included).to.deep.equal([hash]);
  });

  it("behavior: a cancelled intent happens once its nonce is final and a person allowed it another", async () => {
    node.automine = false;
    await start().submit(intent("a"));
    await start().cancel(intent("a").id);
    node.mine();
    await refusesWith(start().send(intent("a")), "TRANSACTION_CANCELLED");
    await refusesWith(start().release(intent("a").id), "TRANSACTION_NOT_FINAL");
    node.finalized = node.height();
    await start().release(intent("a").id);
    node.automine = true;
    const { hash } = await start().send(intent("a"));
    const [record] = await start().list();
    expect(record?.nonce).to.equal(1);
    expect(record?.earlier?.[0]?.nonce).to.equal(0);
    expect(node.included).to.have.length(2);
    expect(node.included[1]).to.equal(hash);
    await refusesWith(start().release(intent("a").id), "TRANSACTION_INCLUDED");
  });

  it("behavior: a displaced intent is told from what took its nonce, and goes on under another", async () => {
    node.automine = false;
    await start().submit(intent("a"));
    const foreign = node.displace(key.address);
    const error = await refusesWith(start().send(intent("a")), "NONCE_DISPLACED");
    expect(error.message).to.include(foreign).and.to.include("(block 1)");
    expect(error.hint).to.include("npx hardhat transaction retry");
    await refusesWith(start().send(intent("b")), "NONCE_DISPLACED");
    node.finalized = 1;
    const taker = await start().release(intent("a").id);
    expect(taker).to.include({ hash: foreign, block: 1n, by: "transaction" });
    node.automine = true;
    await start().send(intent("a"));
    await start().send(intent("b"));
    expect((await start().list()).map(({ label, nonce }) => [label, nonce])).to.deep.equal([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("error: an intent is not released while its bytes could still be included", async () => {
    node.automine = false;
    await start().submit(intent("a"));
    await refusesWith(start().release(intent("a").id), "TRANSACTION_NOT_LOST");
    node.drop();
    await refusesWith(start().release(intent("a").id), "TRANSACTION_NOT_LOST");
    expect((await start().list())[0]?.released).to.equal(undefined);
  });

  it("error: an intent is not released where the node cannot show what took its nonce", async () => {
    await start().submit(intent("a"));
    node.displace(key.address);
    node.before = (method, params) => {
      if (method === "eth_getTransactionReceipt") throw new Error("pruned");
      if (method === "eth_getTransactionCount" && String(params[1]).startsWith("0x"))
        throw new Error("missing trie node");
    };
    await refusesWith(start().release(intent("a").id), "HISTORY_MISSING");
  });

  it("behavior: where a reorganisation frees a released nonce, the old bytes are what is sent", async () => {
    const confirmed = { finality: "confirmed" } as const;
    node.automine = false;
    await start().submit(intent("a"));
    node.displace(key.address);
    await start(confirmed).release(intent("a").id);
    node.reorg();
    node.automine = true;
    await start(confirmed).send(intent("a"));
    expectOne();
    expect((await start().list())[0]?.nonce).to.equal(0);
  });

  it("behavior: an outcome that is written meanwhile does not lose a bump", async () => {
    node.automine = false;
    const sender = start();
    await sender.submit(intent("a"));
    const quoted = await sender.quote(intent("a").id, "bump");
    node.mine();
    await Promise.all([sender.wait(intent("a").id), sender.replace(quoted)]);
    const [record] = await sender.list();
    expect(record?.attempts).to.have.length(2);
    expect(record?.outcome?.status).to.equal("included");
  });

  it("behavior: above the ceiling a stuck transaction is waited for, not bumped", async () => {
    node.automine = false;
    const fees = { speed: "normal", maxFeePerGas: 1_150_000_000n } as const;
    const sender = start({ stuckAfter: 5_000, fees });
    let slept = 0;
    onSleep = () => {
      slept += 1;
      if (slept === 9) node.mine();
    };
    await sender.send(intent("a"));
    expect((await sender.list())[0]?.attempts).to.have.length(1);
  });

  it("error: a bump has room below the ceilings of fee and tip, and none above", async () => {
    const both: Pick<FeePolicy, "maxFeePerGas" | "maxPriorityFeePerGas">[] = [
      { maxPriorityFeePerGas: 10n ** 8n },
      { maxFeePerGas: 2n * 10n ** 9n },
    ];
    for (const ceilings of both) {
      node = createFakeNode();
      files = openMemoryFiles();
      node.automine = false;
      const sender = start({ fees: { speed: "normal", ...ceilings } });
      await sender.submit(intent("a"));
      await sender.bump(intent("a").id);
      const bumps = async () => {
        for (;;) await sender.bump(intent("a").id);
      };
      await refusesWith(bumps(), "FEES_ABOVE_CEILING");
      const [record] = await sender.list();
      for (const { maxFeePerGas, maxPriorityFeePerGas } of record?.attempts ?? []) {
        expect(maxFeePerGas <= (ceilings.maxFeePerGas ?? maxFeePerGas)).to.equal(true);
        expect(maxPriorityFeePerGas <= (ceilings.maxPriorityFeePerGas ?? maxPriorityFeePerGas)).to.equal(
          true,
        );
      }
    }
  });

  it("error: the same id with other content is refused", async () => {
    await start().send(intent("a"));
    await refusesWith(start().send({ ...intent("a"), data: "0x02" }), "INTENT_CHANGED");
    expectOne();
  });

  it("error: a nonce that somebody else used is said, and nothing is sent on another one", async () => {
    const journal = openJournal(files);
    node.automine = false;
    await start().submit(intent("a"));
    node.drop();
    const other = createSender({ ...base(), journal: openJournal(openMemoryFiles()) });
    node.automine = true;
    await other.send({ ...intent("foreign"), data: "0x99" });
    await refusesWith(start().send(intent("a")), "NONCE_DISPLACED");
    expect(node.included).to.have.length(1);
    expect(await journal.list()).to.have.length(1);
  });

  it("error: a nonce that is taken is refused", async () => {
    await start().send(intent("a"));
    await refusesWith(start().submit({ ...intent("b"), nonce: 0 }), "NONCE_TAKEN");
  });

  it("error: fees above the ceiling are not signed", async () => {
    node.baseFee = 10n ** 11n;
    await refusesWith(
      start({ fees: { speed: "normal", maxFeePerGas: 10n ** 10n } }).send(intent("a")),
      "FEES_ABOVE_CEILING",
    );
    expect(node.arrived).to.have.length(0);
    expect(await openJournal(files).list()).to.have.length(0);
  });

  it("error: a sender that cannot pay is told how much is missing", async () => {
    node.balance = 1n;
    await refusesWith(start().send(intent("a")), "INSUFFICIENT_FUNDS");
    expect(node.arrived).to.have.length(0);
  });

  it("error: a reverted transaction is an error, this time and every time", async () => {
    node.reverts = true;
    await refusesWith(start().send(intent("a")), "TRANSACTION_REVERTED");
    await refusesWith(start().send(intent("a")), "TRANSACTION_REVERTED");
    expectOne();
  });

  it("error: what is not included in time is said to be pending, and goes on later", async () => {
    node.automine = false;
    await refusesWith(start().send(intent("a")), "TRANSACTION_PENDING");
    node.mine();
    await start().send(intent("a"));
    expectOne();
  });

  describe("a hole: a foreign transaction had a nonce, and is gone", () => {
    /** Stored with nonce 1, since the pool then had a transaction of another wallet with nonce 0. */
    async function behind(): Promise<void> {
      node.automine = false;
      const foreign = await key.signTransaction({
        ...{ type: "eip1559", chainId: CHAIN, nonce: 0, to: intent("x").to, gas: 21_000n },
        ...{ maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n },
      });
      await node.request({ method: "eth_sendRawTransaction", params: [foreign] });
      await start().submit(intent("a"));
      node.drop();
      node.arrived = [];
    }
    const nonces = async () =>
      Object.fromEntries((await openJournal(files).list()).map(({ label, nonce }) => [label, nonce]));

    it("behavior: the next intent fills it, and what is behind goes on", async () => {
      await behind();
      const sender = start();
      await sender.submit(intent("b"));
      expect(await nonces()).to.deep.equal({ a: 1, b: 0 });
      node.mine();
      node.mine();
      expect([(await sender.wait(intent("b").id)).resumed, node.included.length]).to.deep.equal([false, 2]);
      await sender.submit(intent("c"));
      expect((await nonces()).c).to.equal(2);
    });

    it("error: with nothing to fill it, it is said which nonce is free; it is not called pending", async () => {
      await behind();
      const error = await refusesWith(start().wait(intent("a").id), "NONCE_HOLE");
      expect(error.details).to.include({ nonce: 1, hole: 0 });
      expect(error.message).to.include("nonce 0 is free");
      // Once filled, the same bytes go in.
      await start().submit(intent("b"));
      node.mine();
      node.mine();
      await start().wait(intent("a").id);
      expect(node.included).to.have.length(2);
    });

    it("error: a node that takes nothing from behind a hole is no other refusal", async () => {
      await behind();
      node.before = (method) => {
        if (method === "eth_sendRawTransaction") throw new Error("nonce too high: expected 0, got 1");
      };
      await refusesWith(start().wait(intent("a").id), "NONCE_HOLE");
    });

    it("behavior: a stored transaction in front is no hole", async () => {
      node.automine = false;
      const sender = start();
      await sender.submit(intent("a"));
      await sender.submit(intent("b"));
      node.drop();
      await refusesWith(start().wait(intent("b").id), "TRANSACTION_PENDING");
    });
  });

  function base(): SenderOptions {
    return {
      rpc: node,
      chainId: CHAIN,
      journal: openJournal(files),
      signer: async () => key,
      clock,
      fees: { speed: "normal" },
      confirmations: 1,
      finality: "finalized",
      poll: 1_000,
      timeout: 60_000,
    };
  }
});
