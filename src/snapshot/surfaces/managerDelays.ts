/**
 * Grant delays of roles and admin delays of targets, with the change that is under way. RoleManager answers both; AccessManager
 * answers only the delay of now, so the change comes from its storage where the layout is a known one, else from the last event.
 */
import {
  type Address,
  encodeAbiParameters,
  type Hex,
  hexToBigInt,
  keccak256,
  numberToHex,
  toHex,
} from "viem";
import { roleManagerAbi } from "../../abi/roleManager.ts";
import type { ChainReader } from "../reader.ts";
import type { DelayState, ManagerState } from "../types.ts";
import { settledDelay, unpackDelay } from "./delayState.ts";
import { managerAbi } from "./managerAbi.ts";
import type { ManagerCandidates } from "./managerCandidates.ts";

export interface ManagerDelays {
  grantDelay(role: bigint): DelayState;
  adminDelay(target: Address): DelayState;
}

/** First slots of `_targets` (`_roles` is the next): AccessManager's own, and AccessManagerUpgradeable's (ERC-7201). */
const LAYOUTS = [0n, namespace("openzeppelin.storage.AccessManager")];

export async function readManagerDelays(
  reader: ChainReader,
  address: Address,
  flavour: ManagerState["flavour"],
  candidates: ManagerCandidates,
): Promise<ManagerDelays> {
  const roles = [...candidates.roles.keys()];
  const targets = [...candidates.targets.keys()];
  const layout = flavour === "openzeppelin" ? await findLayout(reader, address, candidates) : undefined;
  const [grantDelays, adminDelays] = await Promise.all([
    Promise.all(
      roles.map((id) =>
        flavour === "portcullis"
          ? readPair(reader, address, "getRoleSettings", id)
          : readGrantDelay(reader, address, layout, id, candidates),
      ),
    ),
    Promise.all(
      targets.map((target) =>
        flavour === "portcullis"
          ? readPair(reader, address, "getAdminDelay", target)
          : readAdminDelay(reader, address, layout, target, candidates),
      ),
    ),
  ]);
  const byRole = new Map(roles.map((id, i) => [id, grantDelays[i]]));
  const byTarget = new Map(targets.map((target, i) => [target, adminDelays[i]]));
  return {
    grantDelay: (id) => byRole.get(id) ?? settledDelay(0),
    adminDelay: (target) => byTarget.get(target) ?? settledDelay(0),
  };
}

async function readPair(
  reader: ChainReader,
  address: Address,
  functionName: "getRoleSettings" | "getAdminDelay",
  key: bigint | Address,
): Promise<DelayState> {
  const [current, pending, effect] =
    functionName === "getRoleSettings"
      ? await reader.read({ address, abi: roleManagerAbi, functionName, args: [key as bigint] })
      : await reader.read({ address, abi: roleManagerAbi, functionName, args: [key as Address] });
  if (effect === 0) return settledDelay(current);
  return { current: BigInt(current), pending: BigInt(pending), effect: BigInt(effect) };
}

async function readGrantDelay(
  reader: ChainReader,
  address: Address,
  layout: bigint | undefined,
  id: bigint,
  candidates: ManagerCandidates,
): Promise<DelayState> {
  const current = await reader.read({
    address,
    abi: managerAbi,
    functionName: "getRoleGrantDelay",
    args: [id],
  });
  if (layout === undefined)
    return fromEvent(BigInt(current), candidates.grantDelays.get(id), reader.block.timestamp);
  // Role: members; then admin (64 bits), guardian (64 bits), grant delay (112 bits).
  const word = await reader.word(address, slotOf("uint64", id, layout + 1n, 1n));
  return unpackDelay(hexToBigInt(word) >> 128n, reader.block.timestamp);
}

async function readAdminDelay(
  reader: ChainReader,
  address: Address,
  layout: bigint | undefined,
  target: Address,
  candidates: ManagerCandidates,
): Promise<DelayState> {
  const args = [target] as const;
  const current = await reader.read({ address, abi: managerAbi, functionName: "getTargetAdminDelay", args });
  if (layout === undefined) {
    return fromEvent(BigInt(current), candidates.adminDelays.get(target), reader.block.timestamp);
  }
  // TargetConfig: allowed roles; then admin delay (112 bits), closed (8 bits).
  const word = await reader.word(address, slotOf("address", target, layout, 1n));
  return unpackDelay(hexToBigInt(word) & (2n ** 112n - 1n), reader.block.timestamp);
}

/** The layout in which a member that the contract confirms is found. */
async function findLayout(
  reader: ChainReader,
  address: Address,
  candidates: ManagerCandidates,
): Promise<bigint | undefined> {
  for (const [id, accounts] of candidates.roles) {
    for (const account of accounts) {
      const args = [id, account] as const;
      const [since] = await reader.read({ address, abi: managerAbi, functionName: "getAccess", args });
      if (since === 0) continue;
      for (const layout of LAYOUTS) {
        const members = hexToBigInt(slotOf("uint64", id, layout + 1n, 0n));
        const word = await reader.word(address, slotOf("address", account, members, 0n));
        if ((hexToBigInt(word) & (2n ** 48n - 1n)) === BigInt(since)) return layout;
      }
      return undefined;
    }
  }
  return undefined;
}

function fromEvent(
  current: bigint,
  change: { delay: bigint; effect: bigint } | undefined,
  now: bigint,
): DelayState {
  if (!change || change.effect <= now) return settledDelay(current);
  return { current, pending: change.delay, effect: change.effect };
}

/** Slot of a struct in a mapping, plus an offset. */
function slotOf(type: "uint64" | "address", key: bigint | Address, mapping: bigint, offset: bigint): Hex {
  const pair = encodeAbiParameters([{ type }, { type: "uint256" }], [key as never, mapping]);
  return numberToHex(hexToBigInt(keccak256(pair)) + offset, { size: 32 });
}

/** ERC-7201. */
function namespace(id: string): bigint {
  const inner = hexToBigInt(keccak256(toHex(id))) - 1n;
  return hexToBigInt(keccak256(numberToHex(inner, { size: 32 }))) & ~0xffn;
}
