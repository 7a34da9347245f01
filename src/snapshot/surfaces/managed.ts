/** AccessManaged: a contract that asks an authority. */
import { type Address, getAddress, parseAbi } from "viem";
import type { ChainReader } from "../reader.ts";

const abi = parseAbi(["function authority() view returns (address)"]);

export async function readManaged(
  reader: ChainReader,
  address: Address,
): Promise<{ authority: Address } | undefined> {
  const authority = await reader.probe({ address, abi, functionName: "authority" });
  return authority === undefined ? undefined : { authority: getAddress(authority) };
}
