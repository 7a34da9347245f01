import { expect } from "chai";
import fc from "fast-check";
import { type Address, keccak256, toHex } from "viem";
import { type ReadSnapshotParameters, readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import type { Snapshot } from "../../src/snapshot/types.ts";
import { refusesWith } from "../refusedWith.ts";
import { startChain, type TestChain } from "./chain.ts";
import { blocksOf, type Fault, faultyNode, type LogFilter, rpcError } from "./faultyNode.ts";
import { peer } from "./peers.ts";

const MINTER = keccak256(toHex("MINTER_ROLE"));

describe("snapshot over nodes in trouble", () => {
  let chain: TestChain;
  let address: Address;
  let healthy: Snapshot;
  let blockNumber: bigint;
  const waited: number[] = [];

  before(async () => {
    chain = await startChain();
    const box = peer("RoleBox");
    address = await chain.deploy(box, [chain.accounts[0]]);
    for (let i = 1; i < 15; i++) {
      await chain.mine(7 * i);
      await chain.send(address, box, "grantMany", [MINTER, 1000 * i, 3]);
    }
    await chain.send(address, box, "revokeRole", [MINTER, "0x00000000000000000000000000000000000003e8"]);
    blockNumber = await chain.client.getBlockNumber();
    healthy = await readSnapshot(chain.client, { addresses: [address], blockNumber });
  });

  async function read(fault: Fault, more: Partial<ReadSnapshotParameters> = {}) {
    const node = faultyNode(chain.provider, fault);
    waited.length = 0;
    const wait = async (ms: number) => void waited.push(ms);
    const snapshot = await readSnapshot(node.client, { addresses: [address], blockNumber, wait, ...more });
    return { snapshot, node };
  }

  it("behavior: the healthy snapshot has what the chain has", () => {
    const members = healthy.contracts[0]?.accessControl?.roles.find((role) => role.role === MINTER)?.members;
    expect(members).to.have.length(41);
  });

  for (const [who, cap, error] of [
    ["QuickNode", 100, () => rpcError(-32614, "eth_getLogs is limited to a 100 range")],
    ["publicnode", 64, () => rpcError(-32701, "exceed maximum block range: 64")],
    ["Ankr", 50, () => rpcError(-32600, "block range is too wide")],
    [
      "Avalanche",
      20,
      () => rpcError(-32000, "requested too many blocks from 0 to 9999, maximum is set to 20"),
    ],
    [
      "a node that times out",
      33,
      () => Object.assign(new Error("The request took too long to respond."), { name: "TimeoutError" }),
    ],
  ] as const) {
    it(`behavior: ${who} allows ${cap} blocks at once, and gets no more`, async () => {
      const { snapshot, node } = await read((request) => {
        const blocks = blocksOf(request);
        if (blocks && blocks.size > cap) throw error();
        return undefined;
      });
      expect(snapshot).to.deep.equal(healthy);
      const good = Number(blockNumber) / cap;
      expect(node.count("eth_getLogs")).to.be.lessThan(good * 4 + 25);
    });
  }

  it("behavior: Alchemy's and Infura's advice is followed, and ranges grow again where logs are few", async () => {
    const sizes: number[] = [];
    const { snapshot } = await read(async (request) => {
      const blocks = blocksOf(request);
      if (!blocks) return undefined;
      const logs = (await chain.provider.request(request as never)) as unknown[];
      if (logs.length > 9) {
        const half = `0x${(blocks.from + Math.floor(blocks.size / 3)).toString(16)}`;
        throw rpcError(
          -32005,
          `query returned more than 9 results. Try with this block range [0x${blocks.from.toString(16)}, ${half}].`,
        );
      }
      sizes.push(blocks.size);
      return logs;
    });
    expect(snapshot).to.deep.equal(healthy);
    const least = Math.min(...sizes.slice(0, -1));
    expect(sizes.some((size, i) => i > sizes.indexOf(least) && size > least)).to.equal(true);
  });

  it("behavior: -32005 for quota waits, longer each time, and does not shrink the range", async () => {
    const { snapshot, node } = await read((request, count) => {
      if (request.method === "eth_getLogs" && count <= 3)
        throw rpcError(-32005, "daily request count exceeded, request rate limited");
      return undefined;
    });
    expect(snapshot).to.deep.equal(healthy);
    expect(waited).to.deep.equal([200, 400, 800]);
    expect(
      node.requests
        .map(blocksOf)
        .filter((blocks) => blocks !== undefined)
        .every((b) => b.size === Number(blockNumber) + 1),
    ).to.equal(true);
  });

  it("error: quota that stays used up is refused, with what to do", async () => {
    const run = read((request) => {
      if (request.method === "eth_call") throw rpcError(429, "Too Many Requests");
      return undefined;
    });
    const refusal = await refusesWith(run, "RPC_RATE_LIMITED");
    expect(refusal.hint).to.contain("RPC URL");
  });

  it("behavior: transport trouble at a probe is not read as a missing surface", async () => {
    const { snapshot } = await read((request, count) => {
      if (request.method === "eth_call" && count % 3 === 1) throw rpcError(-32603, "Internal error");
      return undefined;
    });
    expect(snapshot).to.deep.equal(healthy);
    const dead = read((request) => {
      if (request.method === "eth_call") throw new Error("fetch failed");
      return undefined;
    });
    await refusesWith(dead, "RPC_UNREACHABLE");
  });

  it("behavior: a node behind the others that leaves out the newest logs is found out by the bloom", async () => {
    const head = Number(blockNumber);
    const { snapshot, node } = await read(async (request) => {
      const blocks = blocksOf(request);
      if (!blocks || blocks.to <= head - 30) return undefined;
      const logs = (await chain.provider.request(request as never)) as { blockNumber: string }[];
      return logs.filter((log) => Number(log.blockNumber) <= head - 30);
    });
    expect(snapshot).to.deep.equal(healthy);
    expect(
      node.requests.some(
        ({ method, params }) => method === "eth_getLogs" && (params[0] as LogFilter).blockHash,
      ),
    ).to.equal(true);
  });

  it("error: a node that lacks the block is refused, whatever it answers to ranges", async () => {
    const head = Number(blockNumber);
    const run = read((request) => {
      if (request.method !== "eth_getLogs") return undefined;
      if ((request.params[0] as LogFilter).blockHash) throw rpcError(-32000, "unknown block");
      return blocksOf(request)!.to > head - 30 ? [] : undefined;
    });
    await refusesWith(run, "RPC_LAGGING");
    await refusesWith(
      read(() => undefined, { blockNumber: blockNumber + 1000n }),
      "RPC_LAGGING",
    );
    const syncing = read(({ method }) =>
      method === "eth_syncing" ? { currentBlock: "0x10", highestBlock: "0x1000" } : undefined,
    );
    await refusesWith(syncing, "RPC_LAGGING");
  });

  it("error: a node of another chain is refused", async () => {
    const refusal = await refusesWith(
      read(({ method }) => (method === "eth_chainId" ? "0x1" : undefined)),
      "WRONG_CHAIN",
    );
    expect(refusal.message).to.contain("chain 1, not on chain 31337");
  });

  it("error: logs refused block by block", async () => {
    const run = read((request) => {
      if (blocksOf(request)) throw rpcError(-32005, "query returned more than 10000 results");
      return undefined;
    });
    await refusesWith(run, "LOGS_REFUSED");
  });

  it("behavior: a reorg while reading starts anew; one that never ends is refused", async () => {
    const other = keccak256("0x99");
    let asked = 0;
    const reorg =
      (times: number): Fault =>
      async (request) => {
        if (request.method !== "eth_getBlockByNumber" || Number(request.params[0]) !== Number(blockNumber))
          return undefined;
        const block = (await chain.provider.request(request as never)) as object;
        // Of each attempt: the pin, the tail of headers, the check at the end.
        asked++;
        return asked % 3 === 0 && asked / 3 <= times ? { ...block, hash: other } : block;
      };
    expect((await read(reorg(1))).snapshot).to.deep.equal(healthy);
    asked = 0;
    await refusesWith(read(reorg(99)), "CHAIN_REORGANIZED");
  });

  it("behavior: logs that were not asked for, or were removed, change nothing", async () => {
    const { snapshot } = await read(async (request) => {
      if (!blocksOf(request)) return undefined;
      const logs = (await chain.provider.request(request as never)) as {
        topics: string[];
        address: string;
      }[];
      const stray = logs.slice(0, 2);
      return [
        ...logs,
        ...stray.map((log) => ({ ...log, address: chain.accounts[5] })),
        ...stray.map((log) => ({ ...log, removed: true })),
      ];
    });
    expect(snapshot).to.deep.equal(healthy);
  });

  it("behavior: where old states are pruned, logs are read from the hint, and all of them without one", async () => {
    const pruned: Fault = ({ method, params }) => {
      if (method === "eth_getCode" && Number(params[1]) < Number(blockNumber))
        throw rpcError(-32000, "missing trie node");
      return undefined;
    };
    expect((await read(pruned, { chunk: 10n, fromBlock: 1n })).snapshot).to.deep.equal(healthy);
    expect((await read(pruned, { chunk: 10n })).snapshot).to.deep.equal(healthy);
  });

  it("behavior: a hint that is too late is not believed where old states tell", async () => {
    expect((await read(() => undefined, { chunk: 10n, fromBlock: blockNumber - 5n })).snapshot).to.deep.equal(
      healthy,
    );
  });

  it("behavior: any cap, any first range, any order of answers gives the same snapshot", async () => {
    const runs = fc.asyncProperty(
      fc.integer({ min: 3, max: 900 }),
      fc.bigInt({ min: 1n, max: 2000n }),
      async (cap, chunk) => {
        const { snapshot } = await read(
          async (request) => {
            const blocks = blocksOf(request);
            if (!blocks) return undefined;
            if (blocks.size > cap) throw rpcError(-32000, "block range is too large");
            if (blocks.from % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
            return undefined;
          },
          { chunk },
        );
        expect(snapshot).to.deep.equal(healthy);
      },
    );
    await fc.assert(runs, { numRuns: 12 });
  });
});
