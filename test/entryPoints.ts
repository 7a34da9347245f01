/**
 * The canonical entry points for tests and benches: v0.7 and v0.9 with their sender creators, byte for byte as they are
 * on public chains (npm's hardhat-predeploy carries the runtime code), set at their addresses on a development chain.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Abi, type Address, bytesToHex, type Hex } from "viem";

export const entryPoints = {
  "0.7": "0x0000000071727De22E5E9d8BAf0edAc6f37da032",
  "0.9": "0x433709009B8330FDa32311DF1C2AFA402eD8D009",
} as const satisfies Record<string, Address>;

export type EntryPointVersion = keyof typeof entryPoints;

const senderCreators = {
  "0.7": "0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C",
  "0.9": "0x0A630a99Df908A81115A3022927Be82f9299987e",
} as const satisfies Record<EntryPointVersion, Address>;

/** What stands where: of the entry points and their sender creators. */
export const listEntryPointCode = (): [address: Address, code: Hex][] =>
  [...Object.values(entryPoints), ...Object.values(senderCreators)].map((address) => [
    address,
    bytesToHex(readFileSync(fileOf(address, "bytecode"))),
  ]);

/** `setCode` is the node's `hardhat_setCode` or `anvil_setCode`, e.g. `client.setCode({ address, bytecode })`. */
export async function etchEntryPoints(
  setCode: (address: Address, code: Hex) => Promise<unknown>,
): Promise<void> {
  for (const [address, code] of listEntryPointCode()) await setCode(address, code);
}

export const entryPointAbi = (version: EntryPointVersion): Abi =>
  JSON.parse(readFileSync(fileOf(entryPoints[version], "abi"), "utf8"));

const fileOf = (address: Address, kind: "abi" | "bytecode"): string =>
  fileURLToPath(import.meta.resolve(`hardhat-predeploy/bin/${address}.${kind}`));
