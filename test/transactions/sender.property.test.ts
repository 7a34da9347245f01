/**
 * The sender against everything at once: processes that die at any question, answer or write, nodes that forget, reorder
 * and refuse, blocks that are taken back, a second user of the key, old bytes broadcast again by anybody.
 */
import { expect } from "chai";
import fc from "fast-check";
import { type Hex, keccak256, parseTransaction } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { PortcullisError } from "../../src/errors.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import { openJournal } from "../../src/transactions/journal.ts";
import { createSender, intentId } from "../../src/transactions/sender.ts";
import type { Intent, Journal, Rpc, Sender } from "../../src/transactions/types.ts";
import { createFakeNode } from "./fakeNode.ts";

const key = privateKeyToAccount(`0x${"11".repeat(32)}`);
const CHAIN = 31337;
const NAMES = ["01", "02", "03"] as const;
const intent = (name: string): Intent => ({
  id: intentId(CHAIN, name),
  from: key.address,
  to: "0x00000000000000000000000000000000000000aa",
  data: `0x${name}`,
  gas: 50_000n,
  label: name,
});

type Verb = "send" | "submit" | "bump" | "cancel" | "release" | "resume";
type Step =
  | { verb: Verb; name: string; dies: number; mines: boolean }
  | { world: "mine" | "reorg" | "drop" | "finalize" | "displace" | "dearer" | "cheaper" }
  | { replay: number };

const process = fc.record({
  verb: fc.constantFrom<Verb>("send", "send", "submit", "submit", "bump", "cancel", "release", "resume"),
  name: fc.constantFrom(...NAMES),
  /** Dies at this question or write; half of them live long enough. */
  dies: fc.nat({ max: 40 }),
  mines: fc.boolean(),
});
const world = fc.record({
  world: fc.constantFrom<Extract<Step, { world: string }>["world"]>(
    "mine",
    "mine",
    "reorg",
    "drop",
    "finalize",
    "displace",
    "dearer",
    "cheaper",
  ),
});
const replay = fc.record({ replay: fc.nat({ max: 30 }) });
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(process, world, replay), {
  maxLength: 30,
  size: "max",
});
/** More questions than any test asks. */
const NEVER = 1 << 30;

class Killed extends Error {}

function createWorld() {
  const node = createFakeNode();
  const files = openMemoryFiles();
  const disk = openJournal(files);
  node.automine = false;
  let time = 1_000_000;

  /** A process: dies at its n-th question or write, before it (even) or after it (odd), and stays dead. */
  const start = (dies: number, mines: boolean): Sender => {
    let count = 0;
    const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
      count += 1;
      if (count > dies >> 1) throw new Killed();
      const last = count === dies >> 1 && dies % 2 === 0;
      if (last) {
        await work();
        throw new Killed();
      }
      return work();
    };
    const rpc: Rpc = { request: (args) => mortal(() => node.request(args)) };
    const journal: Journal = { ...disk, put: (record) => mortal(() => disk.put(record)) };
    return createSender({
      rpc,
      journal,
      chainId: CHAIN,
      signer: async () => key,
      clock: {
        now: () => time,
        sleep: async (ms) => {
          time += ms;
          if (mines) node.mine();
        },
      },
      fees: { speed: "normal" },
      confirmations: 2,
      finality: "finalized",
      poll: 1_000,
      timeout: 4_000,
      stuckAfter: 2_500,
    });
  };

  const check = async () => {
    const records = await disk.list();
    const kept = new Map(
      records.flatMap((record) =>
        [...record.attempts, ...(record.earlier ?? []).flatMap((e) => e.attempts)].map(
          (attempt) => [attempt.raw, { record, kind: attempt.kind }] as const,
        ),
      ),
    );
    const owner = new Map<number, string>();
    const happened = new Map<string, number>();
    for (const raw of new Set(node.arrived)) {
      const stored = kept.get(raw);
      if (stored === undefined) throw new Error("bytes left that are not in the journal");
      const { nonce = 0, data } = parseTransaction(raw);
      const { record, kind } = stored;
      if (kind !== "cancel") expect(data).to.equal(record.data);
      expect(owner.get(nonce) ?? record.label, `who nonce ${nonce} belongs to`).to.equal(record.label);
      owner.set(nonce, record.label);
      if (kind === "cancel" || !node.included.includes(keccak256(raw))) continue;
      happened.set(record.label, (happened.get(record.label) ?? 0) + 1);
    }
    for (const [label, times] of happened) expect(times, `${label} happened`).to.equal(1);
    return happened;
  };
  return { node, start, check };
}

/** Deaths and refusals with a code are part of the world; anything else is a defect. */
async function survive(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof PortcullisError) return error.code;
    for (let e: unknown = error; e instanceof Error; e = e.cause) if (e instanceof Killed) return "KILLED";
    throw error;
  }
}

describe("sender, whatever happens", function () {
  this.timeout(120_000);
  const numRuns = Number(globalThis.process.env.PORTCULLIS_SENDER_RUNS ?? 40);

  it("behavior: a nonce carries one intent, an intent happens once at most, and in the end every one does", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (path) => {
        const { node, start, check } = createWorld();
        for (const step of path) {
          if ("replay" in step) {
            const raw = node.arrived[step.replay % Math.max(node.arrived.length, 1)] as Hex | undefined;
            if (raw !== undefined)
              await node.request({ method: "eth_sendRawTransaction", params: [raw] }).catch(() => {});
          } else if ("world" in step) {
            if (step.world === "mine") node.mine();
            if (step.world === "reorg") node.reorg();
            if (step.world === "drop") node.drop();
            if (step.world === "finalize") node.finalized = node.height();
            if (step.world === "displace") node.displace(key.address);
            if (step.world === "dearer") node.baseFee *= 3n;
            if (step.world === "cheaper") node.baseFee = 10n ** 9n;
          } else {
            const { verb, name, dies, mines } = step;
            const sender = start(dies < 20 ? dies + 2 : NEVER, mines);
            const { id } = intent(name);
            await survive(() =>
              verb === "send" || verb === "submit"
                ? sender[verb](intent(name))
                : verb === "resume"
                  ? sender.resume()
                  : sender[verb](id),
            );
          }
          await check();
        }

        // Nobody dies any more, and a person says yes to every retry.
        node.baseFee = 10n ** 9n;
        node.reorg();
        for (let round = 0; round < 40; round += 1) {
          const sender = start(NEVER, true);
          const codes = [];
          for (const name of NAMES) codes.push(await survive(() => sender.send(intent(name))));
          if (codes.every((code) => code === undefined)) break;
          node.finalized = node.height();
          for (const record of await sender.list()) await survive(() => sender.release(record.id));
        }
        expect([...(await check()).keys()].toSorted()).to.deep.equal(NAMES);
      }),
      { numRuns, seed: Number(globalThis.process.env.PORTCULLIS_SEED ?? Date.now() % 100_000) },
    );
  });
});
