/** What a contract says about an operation it holds. */
import { type Address, type Hash, type Hex, type PublicClient, parseAbi, zeroHash } from "viem";
import { probe } from "../../chain/probe.ts";
import { PortcullisError } from "../../errors.ts";
import type { Route } from "../types.ts";
import { contractsOf } from "./planRoute.ts";
import type { ManagerFacts, Pending, RouteFacts, TimelockFacts } from "./types.ts";

export interface PendingState {
  /** `unset`: never scheduled, or cancelled: the contract does not tell these apart. */
  status: "unset" | "waiting" | "ready" | "done" | "expired" | "void";
  /** Seconds; 0 where nothing waits. */
  readyAt: bigint;
  /** First second at which it can no longer be executed; 0: never. */
  expiresAt: bigint;
  proposer?: Address;
}

const abi = parseAbi([
  "struct Operation { uint8 status; address proposer; uint48 readyAt; uint48 expiresAt; bool removal; }",
  "struct ScheduledCall { uint48 timepoint; uint32 nonce; uint48 scheduledAt; uint64 roleId; uint48 deadline; }",
  "function getOperation(bytes32 id) view returns (Operation)",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "function getMinDelay() view returns (uint256)",
  "function getScheduledCall(bytes32 id) view returns (ScheduledCall)",
  "function getSchedule(bytes32 id) view returns (uint48)",
  "function expiration() view returns (uint32)",
  "function canCall(address caller, address target, bytes4 selector) view returns (bool immediate, uint32 delay)",
]);

/** As in ITimelock. */
const statuses = ["unset", "waiting", "ready", "done", "expired", "void"] as const;
/** OpenZeppelin's timestamp of what was executed. */
const done = 1n;

/** `now`: time of the block that is asked about, seconds. Of several ids, the least advanced counts. */
export async function readPending(
  client: PublicClient,
  pending: Pending,
  now: bigint,
): Promise<PendingState> {
  const read = pending.kind === "timelock" ? readTimelock : readManager;
  const states = await Promise.all(pending.ids.map((id) => read(client, pending.address, id, now)));
  const order: readonly PendingState["status"][] = ["void", "expired", "unset", "waiting", "ready", "done"];
  return states.reduce((a, b) =>
    order.indexOf(b.status) < order.indexOf(a.status) || b.readyAt > a.readyAt ? b : a,
  );
}

async function readTimelock(
  client: PublicClient,
  address: Address,
  id: Hash,
  now: bigint,
): Promise<PendingState> {
  const operation = await probe(client, { address, abi, functionName: "getOperation", args: [id] });
  if (operation) {
    return {
      status: statuses[operation.status] ?? "unset",
      readyAt: BigInt(operation.readyAt),
      expiresAt: BigInt(operation.expiresAt),
      ...(BigInt(operation.proposer) === 0n ? {} : { proposer: operation.proposer }),
    };
  }
  const timestamp = await client.readContract({ address, abi, functionName: "getTimestamp", args: [id] });
  if (timestamp === 0n) return { status: "unset", readyAt: 0n, expiresAt: 0n };
  if (timestamp === done) return { status: "done", readyAt: 0n, expiresAt: 0n };
  return { status: timestamp > now ? "waiting" : "ready", readyAt: timestamp, expiresAt: 0n };
}

/** A manager forgets what was executed or cancelled: both read as `unset`. */
async function readManager(
  client: PublicClient,
  address: Address,
  id: Hash,
  now: bigint,
): Promise<PendingState> {
  const call = await probe(client, { address, abi, functionName: "getScheduledCall", args: [id] });
  if (call) return stateOf(BigInt(call.timepoint), BigInt(call.deadline), now);
  const [timepoint, lasts] = await Promise.all([
    client.readContract({ address, abi, functionName: "getSchedule", args: [id] }),
    client.readContract({ address, abi, functionName: "expiration" }),
  ]);
  return stateOf(BigInt(timepoint), BigInt(timepoint) + BigInt(lasts), now);
}

function stateOf(readyAt: bigint, expiresAt: bigint, now: bigint): PendingState {
  if (readyAt === 0n) return { status: "unset", readyAt: 0n, expiresAt: 0n };
  const status = now >= expiresAt ? "expired" : now >= readyAt ? "ready" : "waiting";
  return { status, readyAt, expiresAt };
}

/** `executors` of each timelock come from its members (a snapshot's), since a role's members cannot be asked for. */
export async function readRouteFacts(
  client: PublicClient,
  route: Route,
  executors: (timelock: Address) => readonly Address[],
): Promise<RouteFacts> {
  const { timelocks, managers } = contractsOf(route);
  const [delays, flavours] = await Promise.all([
    Promise.all(
      timelocks.map((address) => client.readContract({ address, abi, functionName: "getMinDelay" })),
    ),
    Promise.all(
      managers.map((address) =>
        probe(client, { address, abi, functionName: "getScheduledCall", args: [zeroHash] }),
      ),
    ),
  ]);
  return {
    timelocks: Object.fromEntries(
      timelocks.map((address, i): [Address, TimelockFacts] => [
        address,
        { delay: delays[i] ?? 0n, executors: executors(address) },
      ]),
    ),
    managers: Object.fromEntries(
      managers.map((address, i): [Address, ManagerFacts] => [
        address,
        { flavour: flavours[i] === undefined ? "openzeppelin" : "portcullis" },
      ]),
    ),
  };
}

/**
 * Seconds between scheduling and executing a call through a manager; 0 where it needs no scheduling.
 *
 * @throws PortcullisError NOT_PERMITTED
 */
export async function readExecutionDelay(
  client: PublicClient,
  manager: Address,
  from: Address,
  target: Address,
  selector: Hex,
): Promise<bigint> {
  const [immediate, delay] = await client.readContract({
    address: manager,
    abi,
    functionName: "canCall",
    args: [from, target, selector],
  });
  if (immediate || delay > 0) return BigInt(delay);
  throw new PortcullisError("NOT_PERMITTED", `The manager lets ${from} not call ${selector} on ${target}`, {
    hint: `npx hardhat roles who ${target}.${selector}`,
    details: { manager, from, target, selector },
  });
}
