/** OpenZeppelin's TimelockController and Portcullis's Timelock: who holds which duty, and the operations. */
import { type Address, getAddress, type Hex, keccak256, parseAbi, toHex, zeroHash } from "viem";
import type { ChainReader } from "../reader.ts";
import { sortAddresses } from "../sortAddresses.ts";
import type { AccessControlState, DelayState, TimelockState } from "../types.ts";
import { settledDelay } from "./delayState.ts";
import { readPostConditions } from "./timelockConditions.ts";
import { readTimelockOperations } from "./timelockOperations.ts";

const abi = parseAbi([
  "function getMinDelay() view returns (uint256)",
  "function PROPOSER_ROLE() view returns (bytes32)",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "function floor() view returns (uint256)",
  "function ceiling() view returns (uint256)",
  "function expiry() view returns (uint256)",
  "function vetoLimit() view returns (uint256)",
  "function vetoWindow() view returns (uint256)",
  "function getDelay() view returns (uint256 current, uint256 pending, uint256 effectAt)",
  "function isSuspended(address account) view returns (bool)",
  "event ProposerSuspended(address indexed proposer, address indexed by)",
]);

const role = (name: string): Hex => keccak256(toHex(name));
const PROPOSER_ROLE = role("PROPOSER_ROLE");
const EXECUTOR_ROLE = role("EXECUTOR_ROLE");
const CANCELLER_ROLE = role("CANCELLER_ROLE");
const GUARDIAN_ROLE = role("GUARDIAN_ROLE");
/** Before OpenZeppelin 5 the admin of the other roles was a role of its own. */
const TIMELOCK_ADMIN_ROLE = role("TIMELOCK_ADMIN_ROLE");
const SUSPENDED_TOPIC = role("ProposerSuspended(address,address)");

/** @param accessControl what was read of the same address */
export async function readTimelock(
  reader: ChainReader,
  address: Address,
  accessControl: AccessControlState,
): Promise<TimelockState | undefined> {
  const [minDelay, proposerRole, timestamp] = await Promise.all([
    reader.probe({ address, abi, functionName: "getMinDelay" }),
    reader.probe({ address, abi, functionName: "PROPOSER_ROLE" }),
    reader.probe({ address, abi, functionName: "getTimestamp", args: [zeroHash] }),
  ]);
  if (minDelay === undefined || proposerRole !== PROPOSER_ROLE || timestamp === undefined) return undefined;
  const own = await readOwn(reader, address);
  const holders = (...roles: readonly Hex[]) =>
    sortAddresses(accessControl.roles.filter((r) => roles.includes(r.role)).flatMap((r) => r.members));
  const flavour = own ? "portcullis" : "openzeppelin";
  const suspended = own ? await readSuspended(reader, address, holders(PROPOSER_ROLE)) : [];
  return {
    flavour,
    delay: own?.delay ?? settledDelay(minDelay),
    ...own?.bounds,
    proposers: sortAddresses([...holders(PROPOSER_ROLE), ...suspended]),
    // Before 4.6 proposers cancelled by being proposers.
    cancellers: holders(CANCELLER_ROLE),
    executors: holders(EXECUTOR_ROLE),
    admins: holders(zeroHash, TIMELOCK_ADMIN_ROLE),
    guardians: own ? holders(GUARDIAN_ROLE) : [],
    suspended,
    ...(own ? { postConditions: await readPostConditions(reader, address) } : {}),
    operations: await readTimelockOperations(reader, address, flavour),
  };
}

type Bounds = Required<Pick<TimelockState, "floor" | "ceiling" | "expiry" | "vetoLimit" | "vetoWindow">>;

/** What only Portcullis's timelock answers. */
async function readOwn(
  reader: ChainReader,
  address: Address,
): Promise<{ delay: DelayState; bounds: Bounds } | undefined> {
  const [floor, ceiling, expiry, vetoLimit, vetoWindow, delay] = await Promise.all([
    reader.probe({ address, abi, functionName: "floor" }),
    reader.probe({ address, abi, functionName: "ceiling" }),
    reader.probe({ address, abi, functionName: "expiry" }),
    reader.probe({ address, abi, functionName: "vetoLimit" }),
    reader.probe({ address, abi, functionName: "vetoWindow" }),
    reader.probe({ address, abi, functionName: "getDelay" }),
  ]);
  if (floor === undefined || ceiling === undefined || expiry === undefined || delay === undefined)
    return undefined;
  if (vetoLimit === undefined || vetoWindow === undefined) return undefined;
  const [current, pending, effect] = delay;
  return {
    delay: effect === 0n ? settledDelay(current) : { current, pending, effect },
    bounds: { floor, ceiling, expiry, vetoLimit, vetoWindow },
  };
}

async function readSuspended(
  reader: ChainReader,
  address: Address,
  proposers: readonly Address[],
): Promise<readonly Address[]> {
  const logs = await reader.logs(address, [SUSPENDED_TOPIC]);
  const named = logs.map((log) => getAddress(`0x${(log.topics[1] ?? zeroHash).slice(26)}`));
  const accounts = sortAddresses([...proposers, ...named]);
  const suspended = await Promise.all(
    accounts.map((account) => reader.read({ address, abi, functionName: "isSuspended", args: [account] })),
  );
  return accounts.filter((_, i) => suspended[i]);
}
