/** One address, with every admin surface it has: each is probed, none assumed. */
import { type Address, getAddress, type Hex, keccak256, slice } from "viem";
import type { ChainReader } from "./reader.ts";
import { readAccessControl } from "./surfaces/accessControl.ts";
import { readAccount } from "./surfaces/account.ts";
import { readManaged } from "./surfaces/managed.ts";
import { readManager } from "./surfaces/manager.ts";
import { readOwnable } from "./surfaces/ownable.ts";
import { readPausable } from "./surfaces/pausable.ts";
import { readProxy } from "./surfaces/proxy.ts";
import { readSafe } from "./surfaces/safe.ts";
import { readTimelock } from "./surfaces/timelock.ts";
import type { ContractState } from "./types.ts";

/** EIP-7702: the code of a key that has set a delegate. */
const DELEGATION = "0xef0100";
/** No contract has this function; one that answers it answers everything, and its answers say nothing. */
const NO_FUNCTION: Hex = "0x5f2c8a61";

export async function readContract(reader: ChainReader, address: Address): Promise<ContractState> {
  const code = await reader.code(address);
  if (code === "0x") return { address: getAddress(address), codehash: null };
  const base: ContractState = {
    address: getAddress(address),
    codehash: keccak256(code),
    ...(code.startsWith(DELEGATION) ? { delegate: getAddress(slice(code, 3, 23)) } : {}),
  };
  const [proxy, answer] = await Promise.all([readProxy(reader, address), reader.call(address, NO_FUNCTION)]);
  const asked = answer === undefined || answer === "0x" ? await readSurfaces(reader, address) : {};
  return { ...base, ...(proxy ? { proxy } : {}), ...asked };
}

type Surfaces = Omit<ContractState, "address" | "codehash" | "delegate" | "proxy">;

async function readSurfaces(reader: ChainReader, address: Address): Promise<Surfaces> {
  const [manager, safe, account, ownable, accessControl, managed, pausable] = await Promise.all([
    readManager(reader, address),
    readSafe(reader, address),
    readAccount(reader, address),
    readOwnable(reader, address),
    readAccessControl(reader, address),
    readManaged(reader, address),
    readPausable(reader, address),
  ]);
  const timelock = accessControl && (await readTimelock(reader, address, accessControl));
  return {
    ...(manager ? { manager } : {}),
    ...(timelock ? { timelock } : {}),
    ...(safe ? { safe } : {}),
    ...(account ? { account } : {}),
    // With AccessControlDefaultAdminRules, owner() is the default admin under another name (ERC-5313).
    ...(ownable && !accessControl?.defaultAdmin && !account ? { ownable } : {}),
    ...(accessControl ? { accessControl } : {}),
    ...(managed ? { managed } : {}),
    ...(pausable ? { pausable } : {}),
  };
}
