/** Reads the admin state of contracts into a snapshot of one block. */
import { type Address, getAddress, type PublicClient } from "viem";
import { PortcullisError } from "../errors.ts";
import { powerOf } from "./powerOf.ts";
import { readContract } from "./readContract.ts";
import { type ChainReader, createReader } from "./reader.ts";
import { connectNode, type Node, type NodeOptions } from "./rpc/node.ts";
import { isStillCanonical, type PinnedBlock, pinBlock } from "./rpc/pinBlock.ts";
import { sortAddresses } from "./sortAddresses.ts";
import type { ContractState, Snapshot } from "./types.ts";

export interface ReadSnapshotParameters extends NodeOptions {
  addresses: readonly Address[];
  /** Where the contracts' logs begin, for nodes that keep no old states; else it is found. */
  fromBlock?: bigint;
  /** The block to read; the latest when absent. */
  blockNumber?: bigint;
  /** Also read whoever has power over these addresses, and over those, until keys. */
  follow?: boolean;
  /** Most contracts that `follow` reads. */
  limit?: number;
  /** Blocks of the first range of logs; it adapts. */
  chunk?: bigint;
  /** The chain the caller means: a node of another one is refused. */
  chainId?: number;
}

const DEFAULT_CHUNK = 10_000n;
const DEFAULT_LIMIT = 500;
/** A reorg while reading starts it anew, so often. */
const ATTEMPTS = 3;

/**
 * @example
 * const snapshot = await readSnapshot(client, { addresses: [vault], follow: true });
 *
 * @throws PortcullisError WRONG_CHAIN, RPC_UNREACHABLE, RPC_RATE_LIMITED, RPC_LAGGING, RPC_MALFORMED, LOGS_REFUSED,
 * READ_REFUSED, SNAPSHOT_TOO_LARGE, CHAIN_REORGANIZED
 */
export async function readSnapshot(
  client: PublicClient,
  parameters: ReadSnapshotParameters,
): Promise<Snapshot> {
  const node = connectNode(client, parameters);
  const chainId = await readChainId(node, parameters.chainId ?? client.chain?.id);
  for (let attempt = 1; ; attempt++) {
    const block = await pinBlock(node, parameters.blockNumber);
    const reader = createReader(node, block, {
      fromBlock: parameters.fromBlock,
      chunk: parameters.chunk ?? DEFAULT_CHUNK,
    });
    const contracts = await readContracts(reader, parameters);
    if (await isStillCanonical(node, block)) return { chainId, block, contracts };
    if (attempt === ATTEMPTS) throw reorganized(block);
  }
}

async function readContracts(
  reader: ChainReader,
  parameters: ReadSnapshotParameters,
): Promise<ContractState[]> {
  const { addresses, follow = false, limit = DEFAULT_LIMIT } = parameters;
  const found = new Map<Address, ContractState>();
  let wave = sortAddresses(addresses);
  while (wave.length > 0) {
    if (found.size + wave.length > limit) throw tooLarge(limit, wave);
    for (const contract of await Promise.all(wave.map((address) => readContract(reader, address)))) {
      found.set(contract.address, contract);
    }
    const next = follow ? wave.flatMap((address) => powerOf(found.get(address) as ContractState)) : [];
    wave = sortAddresses(next).filter((address) => !found.has(address));
  }
  return sortAddresses([...found.keys()]).map((address) => found.get(getAddress(address)) as ContractState);
}

async function readChainId(node: Node, expected: number | undefined): Promise<number> {
  const chainId = Number(await node.request<`0x${string}`>("eth_chainId", []));
  if (expected === undefined || chainId === expected) return chainId;
  throw new PortcullisError("WRONG_CHAIN", `The node is on chain ${chainId}, not on chain ${expected}.`, {
    hint: "check the network's url, or give the right --network",
    details: { chainId, expected },
  });
}

function tooLarge(limit: number, wave: readonly Address[]): PortcullisError {
  return new PortcullisError("SNAPSHOT_TOO_LARGE", `More than ${limit} addresses have power here.`, {
    hint: "read fewer addresses at once, or raise the limit",
    details: { limit, next: wave.slice(0, 10) },
  });
}

function reorganized(block: PinnedBlock): PortcullisError {
  return new PortcullisError(
    "CHAIN_REORGANIZED",
    `Block ${block.number} was replaced while it was being read, ${ATTEMPTS} times.`,
    {
      hint: "wait for the chain to settle and run the same command again, or read an older block",
      details: { blockNumber: block.number, blockHash: block.hash },
    },
  );
}
