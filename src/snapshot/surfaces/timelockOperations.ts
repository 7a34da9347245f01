/** Operations of a timelock: their calls from the logs that scheduled them, their state from the contract. Cancelled ones are gone. */
import {
  type Address,
  decodeEventLog,
  getAddress,
  type Hash,
  type Hex,
  parseAbi,
  toEventSelector,
  zeroHash,
} from "viem";
import type { ChainReader } from "../reader.ts";
import type { TimelockOperation, TimelockState } from "../types.ts";

const abi = parseAbi([
  "struct Operation { uint8 status; address proposer; uint48 readyAt; uint48 expiresAt; bool removal; }",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "function getOperation(bytes32 id) view returns (Operation)",
  "event CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data, bytes32 predecessor, uint256 delay)",
  "event CallSalt(bytes32 indexed id, bytes32 salt)",
]);

const TOPICS = abi.filter((item) => item.type === "event").map((item) => toEventSelector(item));
/** OpenZeppelin's timestamp of what was executed. */
const DONE = 1n;
/** As in ITimelock. */
const STATUSES = ["unset", "waiting", "ready", "done", "expired", "void"] as const;

interface Candidate {
  calls: { to: Address; value: bigint; data: Hex }[];
  predecessor: Hash;
  salt: Hash;
}

export async function readTimelockOperations(
  reader: ChainReader,
  address: Address,
  flavour: TimelockState["flavour"],
): Promise<TimelockOperation[]> {
  const candidates = await nameCandidates(reader, address);
  const readState = flavour === "portcullis" ? readPortcullisState : readOpenzeppelinState;
  const operations = await Promise.all(
    [...candidates].map(async ([id, candidate]): Promise<TimelockOperation | undefined> => {
      const state = await readState(reader, address, id);
      return state && { id, ...candidate, ...state };
    }),
  );
  return operations.filter((operation) => operation !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** An id that is scheduled again has the same calls: the later log replaces the earlier. */
async function nameCandidates(reader: ChainReader, address: Address): Promise<Map<Hash, Candidate>> {
  const candidates = new Map<Hash, Candidate>();
  const named = (id: Hash): Candidate => {
    const candidate = candidates.get(id) ?? { calls: [], predecessor: zeroHash, salt: zeroHash };
    candidates.set(id, candidate);
    return candidate;
  };
  for (const log of await reader.logs(address, TOPICS)) {
    const event = decodeEventLog({ abi, topics: [...log.topics] as [Hex, ...Hex[]], data: log.data });
    const candidate = named(event.args.id);
    if (event.eventName === "CallSalt") {
      candidate.salt = event.args.salt;
      continue;
    }
    const { index, target, value, data, predecessor } = event.args;
    candidate.calls[Number(index)] = { to: getAddress(target), value, data };
    candidate.predecessor = predecessor;
  }
  return candidates;
}

type State = Pick<TimelockOperation, "readyAt" | "expiresAt" | "status" | "proposer">;

async function readOpenzeppelinState(
  reader: ChainReader,
  address: Address,
  id: Hash,
): Promise<State | undefined> {
  const timestamp = await reader.read({ address, abi, functionName: "getTimestamp", args: [id] });
  if (timestamp === 0n) return undefined;
  if (timestamp === DONE) return { readyAt: 0n, expiresAt: 0n, status: "done" };
  return {
    readyAt: timestamp,
    expiresAt: 0n,
    status: timestamp > reader.block.timestamp ? "waiting" : "ready",
  };
}

async function readPortcullisState(
  reader: ChainReader,
  address: Address,
  id: Hash,
): Promise<State | undefined> {
  const operation = await reader.read({ address, abi, functionName: "getOperation", args: [id] });
  const status = STATUSES[operation.status];
  if (status === undefined || status === "unset") return undefined;
  return {
    proposer: getAddress(operation.proposer),
    readyAt: BigInt(operation.readyAt),
    expiresAt: BigInt(operation.expiresAt),
    status,
  };
}
