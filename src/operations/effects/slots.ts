/**
 * Admin facts that live in one known slot, read from the changes themselves: they hold for contracts that no reader
 * recognises any more, which is what overwriting such a slot can bring about.
 */
import { type Address, getAddress, type Hash, sliceHex, zeroHash } from "viem";
import type { ContractState } from "../../snapshot/types.ts";
import type { StateChange } from "../simulate/types.ts";
import type { AdminChange } from "./types.ts";

/** ERC-1967: bytes32(uint256(keccak256("eip1967.proxy.…")) - 1). */
const ERC1967: Readonly<Record<Hash, string>> = {
  "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc": "proxy.implementation",
  "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103": "proxy.admin",
  "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50": "proxy.beacon",
};
/** OpenZeppelin's proxies before ERC-1967: keccak256("org.zeppelinos.proxy.…"). */
const ZOS: Readonly<Record<Hash, string>> = {
  "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3": "proxy.implementation",
  "0x10d6a54a4754c8869d6886b5f5d7fbfa5b4522237ea5c60d11bc4e7a1ff9390b": "proxy.admin",
};
/** keccak256("guard_manager.guard.address") and keccak256("fallback_manager.handler.address"). */
const SAFE: Readonly<Record<Hash, string>> = {
  [zeroHash]: "safe.singleton",
  "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8": "safe.guard",
  "0x6c9a6c4a39284e37ed1cf53d337577d14212a4870fb976a4366c693b939918d5": "safe.fallbackHandler",
};

/** `before` tells which addresses were Safes: slot 0 of anything else is its own business. */
export function slotAdminChanges(
  changes: readonly StateChange[],
  before: readonly ContractState[],
): AdminChange[] {
  const safes = new Set(before.filter(({ safe }) => safe !== undefined).map(({ address }) => address));
  return changes.flatMap(({ address, storage }) => {
    const named = { ...ERC1967, ...ZOS, ...(safes.has(address) ? SAFE : {}) };
    return storage.flatMap(({ slot, from, to }) => {
      const path = named[slot];
      return path ? [{ contract: address, path, from: toAddress(from), to: toAddress(to) }] : [];
    });
  });
}

function toAddress(word: Hash): Address {
  return getAddress(sliceHex(word, 12));
}
