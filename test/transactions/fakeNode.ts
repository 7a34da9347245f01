/** A chain small enough to be wrong on purpose: nonces, a pool, blocks, and faults where a test wants them. */
import {
  type Address,
  type Hash,
  type Hex,
  keccak256,
  numberToHex,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
} from "viem";
import type { Rpc } from "../../src/transactions/types.ts";

export interface FakeNode extends Rpc {
  /** Every raw transaction that arrived, in order. */
  arrived: Hex[];
  /** Hashes included, in order. */
  included: Hash[];
  /** Include on arrival. */
  automine: boolean;
  /** Runs before each request; throws to lose the answer or the question. */
  before(method: string, params: readonly unknown[]): void;
  /** Runs after each request was carried out; throws to lose the answer. */
  after(method: string, params: readonly unknown[]): void;
  mine(): void;
  /** Takes the last block back and forgets its transactions; a final block stays. */
  reorg(): void;
  /** Blocks up to this one stay for ever. */
  finalized: number;
  height(): number;
  /** A block with a transaction of this key that went another way. */
  displace(from: Address): Hash;
  /** Content of what is in the pool, by hash. */
  pending(): readonly Hash[];
  /** Empties the pool. */
  drop(): void;
  baseFee: bigint;
  balance: bigint;
  /** Receipts say so. */
  reverts: boolean;
}

interface Known {
  hash: Hash;
  from: Address;
  nonce: number;
  price: bigint;
  to: Address | null;
}

export function createFakeNode(): FakeNode {
  let pool: Known[] = [];
  const blocks: Known[][] = [[]];
  const nonceOf = (from: string, block = blocks.length - 1) =>
    blocks
      .slice(0, block + 1)
      .flat()
      .filter((t) => t.from.toLowerCase() === from.toLowerCase()).length;

  const node: FakeNode = {
    arrived: [],
    included: [],
    automine: true,
    baseFee: 10n ** 9n,
    balance: 10n ** 20n,
    reverts: false,
    finalized: 0,
    before: () => {},
    after: () => {},
    mine: () => {
      const next = pool.filter((t) => t.nonce === nonceOf(t.from));
      blocks.push(next);
      node.included.push(...next.map((t) => t.hash));
      pool = pool.filter((t) => t.nonce >= nonceOf(t.from));
    },
    height: () => blocks.length - 1,
    pending: () => pool.map((t) => t.hash),
    displace: (from) => {
      const nonce = nonceOf(from);
      const hash = keccak256(numberToHex(1_000_000 + blocks.length, { size: 32 }));
      blocks.push([{ hash, from, nonce, price: 0n, to: "0x00000000000000000000000000000000000000ff" }]);
      pool = pool.filter((t) => t.from !== from || t.nonce > nonce);
      return hash;
    },
    reorg: () => {
      if (blocks.length - 1 <= node.finalized) return;
      const lost = blocks.pop() ?? [];
      node.included = node.included.filter((hash) => !lost.some((t) => t.hash === hash));
    },
    drop: () => {
      pool = [];
    },
    request: async ({ method, params = [] }) => {
      node.before(method, params);
      const answer = await handle(method, params);
      node.after(method, params);
      return answer;
    },
  };

  async function handle(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_getTransactionCount": {
        const [address, tag] = params as [string, string];
        if (tag.startsWith("0x")) return numberToHex(nonceOf(address, Number(tag)));
        const latest = nonceOf(address);
        if (tag !== "pending") return numberToHex(latest);
        // Up to the first hole: what is behind it is queued, not pending.
        let pending = latest;
        while (pool.some((t) => t.nonce === pending)) pending += 1;
        return numberToHex(pending);
      }
      case "eth_blockNumber":
        return numberToHex(blocks.length - 1);
      case "eth_getBlockByNumber": {
        const number = params[0] === "finalized" ? node.finalized : Number(params[0]);
        const transactions = blocks[number]?.map((t) => ({ ...t, nonce: numberToHex(t.nonce) }));
        return transactions === undefined ? null : { number: numberToHex(number), transactions };
      }
      case "eth_getBalance":
        return numberToHex(node.balance);
      case "eth_estimateGas":
        return numberToHex(50_000);
      case "eth_feeHistory":
        return {
          baseFeePerGas: [numberToHex(node.baseFee)],
          gasUsedRatio: [0.5],
          reward: [[numberToHex(10n ** 8n)]],
        };
      case "eth_call":
        return "0x";
      case "eth_getTransactionByHash":
        return [...pool, ...blocks.flat()].find((t) => t.hash === params[0]) ?? null;
      case "eth_getTransactionReceipt": {
        const block = blocks.findIndex((b) => b.some((t) => t.hash === params[0]));
        if (block === -1) return null;
        return {
          transactionHash: params[0],
          blockNumber: numberToHex(block),
          status: node.reverts ? "0x0" : "0x1",
          logs: [],
        };
      }
      case "eth_sendRawTransaction":
        return receive(params[0] as TransactionSerialized);
      default:
        throw new Error(`the fake node does not know ${method}`);
    }
  }

  async function receive(raw: TransactionSerialized): Promise<Hash> {
    const hash = keccak256(raw);
    const {
      nonce = 0,
      maxFeePerGas = 0n,
      to = null,
    } = parseTransaction(raw) as { nonce?: number; maxFeePerGas?: bigint; to?: Address };
    const from = await recoverTransactionAddress({ serializedTransaction: raw });
    node.arrived.push(raw);
    if (blocks.flat().some((t) => t.hash === hash) || nonce < nonceOf(from)) throw new Error("nonce too low");
    if (pool.some((t) => t.hash === hash)) throw new Error("already known");
    const rival = pool.find((t) => t.nonce === nonce && t.from === from);
    if (rival !== undefined && maxFeePerGas * 10n < rival.price * 11n)
      throw new Error("replacement transaction underpriced");
    pool = [...pool.filter((t) => t !== rival), { hash, from, nonce, price: maxFeePerGas, to }];
    if (node.automine) node.mine();
    return hash;
  }
  return node;
}
