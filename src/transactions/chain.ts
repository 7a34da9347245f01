/** The few questions a sender asks a node, typed. Quantities come and go as hex. */
import {
  type Address,
  formatTransactionReceipt,
  type Hash,
  type Hex,
  hexToBigInt,
  numberToHex,
  type TransactionReceipt,
} from "viem";
import type { Rpc } from "./types.ts";

export interface FeeHistory {
  /** wei per gas, of the next block. */
  baseFee: bigint;
  /** wei per gas, one per recent block that had transactions. */
  rewards: readonly bigint[];
}

/** As a node lists it in a block: quantities are hex. */
export interface BlockTransaction {
  hash: Hash;
  from: Address;
  to: Address | null;
  nonce: Hex;
  authorizationList?: readonly RpcAuthorization[];
}

/** EIP-7702. */
export interface RpcAuthorization {
  chainId: Hex;
  address: Address;
  nonce: Hex;
  yParity: Hex;
  r: Hex;
  s: Hex;
}

export interface Chain {
  nonce(address: Address, tag: "latest" | "pending"): Promise<number>;
  balance(address: Address): Promise<bigint>;
  /** Transactions the account had sent when this block ended. Rejects where the node no longer has its state. */
  nonceAt(address: Address, block: bigint): Promise<number>;
  blockNumber(): Promise<bigint>;
  /** The last block that no honest reorganisation can undo. Rejects where the node does not know. */
  finalizedBlock(): Promise<bigint>;
  /** Null where the node has no such block. */
  blockTransactions(block: bigint): Promise<readonly BlockTransaction[] | null>;
  /** Null while no block has it. */
  receipt(hash: Hash): Promise<TransactionReceipt | null>;
  /** Whether the node has it, in a block or in its pool. */
  knows(hash: Hash): Promise<boolean>;
  broadcast(raw: Hex): Promise<void>;
  estimateGas(call: { from: Address; to: Address | null; value: bigint; data: Hex }): Promise<bigint>;
  /** Runs the call on the state of `block`; rejects with the node's error where it reverts. */
  call(call: { from: Address; to: Address | null; value: bigint; data: Hex }, block: bigint): Promise<void>;
  /** @param percentile of the tips paid in recent blocks */
  feeHistory(percentile: number): Promise<FeeHistory>;
}

export function readChain(rpc: Rpc): Chain {
  const ask = <T>(method: string, ...params: unknown[]) => rpc.request({ method, params }) as Promise<T>;
  return {
    nonce: async (address, tag) => Number(await ask<Hex>("eth_getTransactionCount", address, tag)),
    balance: async (address) => hexToBigInt(await ask<Hex>("eth_getBalance", address, "latest")),
    nonceAt: async (address, block) =>
      Number(await ask<Hex>("eth_getTransactionCount", address, numberToHex(block))),
    finalizedBlock: async () =>
      hexToBigInt((await ask<{ number: Hex }>("eth_getBlockByNumber", "finalized", false)).number),
    blockTransactions: async (block) =>
      (
        await ask<{ transactions: BlockTransaction[] } | null>(
          "eth_getBlockByNumber",
          numberToHex(block),
          true,
        )
      )?.transactions ?? null,
    blockNumber: async () => hexToBigInt(await ask<Hex>("eth_blockNumber")),
    receipt: async (hash) => {
      const receipt = await ask<Parameters<typeof formatTransactionReceipt>[0] | null>(
        "eth_getTransactionReceipt",
        hash,
      );
      return receipt === null ? null : formatTransactionReceipt(receipt);
    },
    knows: async (hash) => (await ask<unknown>("eth_getTransactionByHash", hash)) !== null,
    broadcast: async (raw) => {
      await ask("eth_sendRawTransaction", raw);
    },
    estimateGas: async (call) => hexToBigInt(await ask<Hex>("eth_estimateGas", serializeCall(call))),
    call: async (call, block) => {
      await ask("eth_call", serializeCall(call), numberToHex(block));
    },
    feeHistory: async (percentile) => {
      const history = await ask<{ baseFeePerGas: Hex[]; gasUsedRatio: number[]; reward?: Hex[][] }>(
        "eth_feeHistory",
        numberToHex(10),
        "latest",
        [percentile],
      );
      const used = history.gasUsedRatio;
      return {
        baseFee: hexToBigInt(history.baseFeePerGas.at(-1) ?? "0x0"),
        rewards: (history.reward ?? []).flatMap((row, i) =>
          row[0] !== undefined && (used[i] ?? 0) > 0 ? [hexToBigInt(row[0])] : [],
        ),
      };
    },
  };
}

function serializeCall(call: { from: Address; to: Address | null; value: bigint; data: Hex }): object {
  return {
    from: call.from,
    ...(call.to === null ? {} : { to: call.to }),
    value: numberToHex(call.value),
    data: call.data,
  };
}
