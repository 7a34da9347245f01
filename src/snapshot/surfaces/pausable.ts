import { type Address, parseAbi } from "viem";
import type { ChainReader } from "../reader.ts";

const abi = parseAbi(["function paused() view returns (bool)"]);

export async function readPausable(
  reader: ChainReader,
  address: Address,
): Promise<{ paused: boolean } | undefined> {
  const paused = await reader.probe({ address, abi, functionName: "paused" });
  return paused === undefined ? undefined : { paused };
}
