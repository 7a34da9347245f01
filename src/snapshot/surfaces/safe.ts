/** Safe, 1.0 to 1.5. Guard, fallback handler and singleton have no getter: they are read from their slots. */
import { type Address, keccak256, numberToHex, parseAbi, toHex } from "viem";
import type { ChainReader } from "../reader.ts";
import { sortAddresses } from "../sortAddresses.ts";
import type { SafeState } from "../types.ts";

const abi = parseAbi([
  "function VERSION() view returns (string)",
  "function getOwners() view returns (address[])",
  "function getThreshold() view returns (uint256)",
  "function nonce() view returns (uint256)",
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
  "function getModules() view returns (address[])",
]);

const SINGLETON = numberToHex(0, { size: 32 });
const GUARD = keccak256(toHex("guard_manager.guard.address"));
const MODULE_GUARD = keccak256(toHex("module_manager.module_guard.address"));
const FALLBACK_HANDLER = keccak256(toHex("fallback_manager.handler.address"));
/** Head and tail of Safe's linked lists. */
const SENTINEL: Address = "0x0000000000000000000000000000000000000001";
const PAGE = 50n;

export async function readSafe(reader: ChainReader, address: Address): Promise<SafeState | undefined> {
  const [version, owners, threshold, nonce] = await Promise.all([
    reader.probe({ address, abi, functionName: "VERSION" }),
    reader.probe({ address, abi, functionName: "getOwners" }),
    reader.probe({ address, abi, functionName: "getThreshold" }),
    reader.probe({ address, abi, functionName: "nonce" }),
  ]);
  if (version === undefined || owners === undefined || threshold === undefined || nonce === undefined)
    return undefined;
  // The singleton itself has a threshold and no owners, and nobody can use it.
  if (owners.length === 0) return undefined;
  const [guard, moduleGuard, fallbackHandler, singleton, modules] = await Promise.all([
    reader.addressAt(address, GUARD),
    reader.addressAt(address, MODULE_GUARD),
    reader.addressAt(address, FALLBACK_HANDLER),
    reader.addressAt(address, SINGLETON),
    readModules(reader, address),
  ]);
  return {
    version,
    owners: sortAddresses(owners),
    ownerList: owners,
    threshold: Number(threshold),
    nonce,
    modules: sortAddresses(modules),
    moduleList: modules,
    guard,
    moduleGuard,
    fallbackHandler,
    singleton,
  };
}

/** In the order of the Safe's list. */
async function readModules(reader: ChainReader, address: Address): Promise<readonly Address[]> {
  const modules: Address[] = [];
  const asked = new Set<Address>();
  for (let start = SENTINEL; !asked.has(start); ) {
    asked.add(start);
    const page = await reader.probe({
      address,
      abi,
      functionName: "getModulesPaginated",
      args: [start, PAGE],
    });
    // Before 1.1 there were no pages.
    if (page === undefined) return reader.read({ address, abi, functionName: "getModules" });
    const [array, next] = page;
    for (const module of array) modules.push(module);
    if (array.length === 0 || BigInt(next) <= 1n) break;
    // 1.4 points at the last module of this page; 1.1 to 1.3 at the first of the next, and then leave that one out.
    modules.push(next);
    start = next;
  }
  return [...new Set(modules)];
}
