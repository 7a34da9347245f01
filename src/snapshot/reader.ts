/** What the surface readers read through: calls, storage, code and logs, all at one block. */
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  encodeFunctionResult,
  getAddress,
  type Hex,
  numberToHex,
  slice,
  zeroAddress,
} from "viem";
import { PortcullisError } from "../errors.ts";
import { batchCalls } from "./rpc/batchCalls.ts";
import { completeLogs, readTail } from "./rpc/completeLogs.ts";
import { findDeploymentBlock } from "./rpc/findDeploymentBlock.ts";
import type { Node } from "./rpc/node.ts";
import type { BlockHeader, PinnedBlock } from "./rpc/pinBlock.ts";
import { type RawLog, readLogs } from "./rpc/readLogs.ts";

export interface Question<
  abi extends Abi,
  name extends ContractFunctionName<abi, "pure" | "view">,
  args extends ContractFunctionArgs<abi, "pure" | "view", name> = ContractFunctionArgs<
    abi,
    "pure" | "view",
    name
  >,
> {
  address: Address;
  abi: abi;
  functionName: name;
  args?: args;
}

export interface ChainReader {
  readonly block: PinnedBlock;
  /** Undefined when the contract has no such function, or answers something else than its type. */
  probe<
    const abi extends Abi,
    name extends ContractFunctionName<abi, "pure" | "view">,
    const args extends ContractFunctionArgs<abi, "pure" | "view", name>,
  >(
    question: Question<abi, name, args>,
  ): Promise<ContractFunctionReturnType<abi, "pure" | "view", name, args> | undefined>;
  /** For what a contract of a known kind must answer. @throws PortcullisError READ_REFUSED */
  read<
    const abi extends Abi,
    name extends ContractFunctionName<abi, "pure" | "view">,
    const args extends ContractFunctionArgs<abi, "pure" | "view", name>,
  >(
    question: Question<abi, name, args>,
  ): Promise<ContractFunctionReturnType<abi, "pure" | "view", name, args>>;
  /** Answer to raw call data; undefined when it reverts. */
  call(to: Address, data: Hex): Promise<Hex | undefined>;
  /** `0x` where there is none. */
  code(address: Address): Promise<Hex>;
  /** One 32-byte word. */
  word(address: Address, slot: Hex): Promise<Hex>;
  /** The address in the low 20 bytes of a word. */
  addressAt(address: Address, slot: Hex): Promise<Address>;
  /** Logs with any of these first topics, from deployment to the pinned block, in order. */
  logs(address: Address, topics: readonly Hex[]): Promise<RawLog[]>;
}

export interface ReaderOptions {
  fromBlock?: bigint | undefined;
  /** Blocks of the first range of logs. */
  chunk: bigint;
}

export function createReader(node: Node, block: PinnedBlock, options: ReaderOptions): ChainReader {
  const at = numberToHex(block.number);
  const call = batchCalls(node, at);
  const codes = new Map<Address, Promise<Hex>>();
  const starts = new Map<Address, Promise<bigint>>();
  let tail: Promise<BlockHeader[]> | undefined;

  const code = (address: Address) =>
    remember(codes, address, () => node.request<Hex>("eth_getCode", [address, at]));

  // The account of an EIP-7702 key keeps its storage while it has no code: its first code says nothing about its first log.
  const start = (address: Address) =>
    remember(starts, address, async () => {
      if (block.number < options.chunk || (await code(address)).startsWith("0xef0100")) return 0n;
      return findDeploymentBlock(node, address, block.number, options.fromBlock);
    });

  const reader: ChainReader = {
    block,
    call,
    code,
    async probe(question) {
      const { address, ...rest } = question as Question<Abi, string>;
      const data = await call(address, encodeFunctionData(rest as never));
      return data === undefined ? undefined : (decode(rest, data) as never);
    },
    async read(question) {
      const answer = await reader.probe(question);
      if (answer !== undefined) return answer as never;
      const { address, functionName } = question as Question<Abi, string>;
      throw new PortcullisError(
        "READ_REFUSED",
        `${address} does not answer ${functionName}(), as its kind must.`,
        {
          hint: "check that the address is the contract you mean, and its implementation a known one",
          details: { address, functionName, block: block.number },
        },
      );
    },
    word: (address, slot) => node.request<Hex>("eth_getStorageAt", [address, slot, at]),
    async addressAt(address, slot) {
      const word = await reader.word(address, slot);
      return BigInt(word) === 0n ? zeroAddress : getAddress(slice(padWord(word), 12));
    },
    async logs(address, topics) {
      const query = { address, topics, fromBlock: await start(address), toBlock: block.number };
      const logs = await readLogs(node, query, options.chunk);
      tail ??= readTail(node, block);
      return completeLogs(node, query, logs, await tail);
    },
  };
  return reader;
}

/** Undefined unless the bytes are exactly what the type encodes to: a fallback that answers anything is no surface. */
function decode(question: { abi: Abi; functionName: string }, data: Hex): unknown {
  try {
    const result = decodeFunctionResult({ ...question, data } as never) as unknown;
    const again = encodeFunctionResult({ ...question, result } as never);
    return again.toLowerCase() === data.toLowerCase() ? result : undefined;
  } catch {
    return undefined;
  }
}

/** Some nodes trim leading zeros of a word. */
function padWord(word: Hex): Hex {
  return `0x${word.slice(2).padStart(64, "0")}`;
}

function remember<T>(known: Map<Address, Promise<T>>, address: Address, make: () => Promise<T>): Promise<T> {
  const found = known.get(address);
  if (found) return found;
  const made = make();
  known.set(address, made);
  return made;
}
