/** Ownable and Ownable2Step, and what only has their functions. */
import { type Address, getAddress, parseAbi } from "viem";
import type { ChainReader } from "../reader.ts";
import type { OwnableState } from "../types.ts";

const abi = parseAbi([
  "function owner() view returns (address)",
  "function pendingOwner() view returns (address)",
]);

export async function readOwnable(reader: ChainReader, address: Address): Promise<OwnableState | undefined> {
  const [owner, pendingOwner] = await Promise.all([
    reader.probe({ address, abi, functionName: "owner" }),
    reader.probe({ address, abi, functionName: "pendingOwner" }),
  ]);
  if (owner === undefined) return undefined;
  return {
    owner: getAddress(owner),
    ...(pendingOwner === undefined ? {} : { pendingOwner: getAddress(pendingOwner) }),
  };
}
