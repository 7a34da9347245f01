/** The entry points that smart accounts are built for: canonical addresses, ABIs and sender creators. */
import type { Address, Chain, Client, JsonRpcAccount, LocalAccount, Transport } from "viem";
import {
  entryPoint07Abi,
  entryPoint07Address,
  entryPoint09Abi,
  entryPoint09Address,
} from "viem/account-abstraction";

export type EntryPointVersion = "0.7" | "0.9";

/** A viem client that knows its chain. */
export type ChainClient = Client<Transport, Chain, JsonRpcAccount | LocalAccount | undefined>;

export const entryPoints = {
  "0.7": {
    address: entryPoint07Address,
    abi: entryPoint07Abi,
    version: "0.7",
    senderCreator: "0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C",
  },
  "0.9": {
    address: entryPoint09Address,
    abi: entryPoint09Abi,
    version: "0.9",
    senderCreator: "0x0A630a99Df908A81115A3022927Be82f9299987e",
  },
} as const satisfies Record<EntryPointVersion, EntryPoint>;

export interface EntryPoint {
  address: Address;
  abi: readonly unknown[];
  version: EntryPointVersion;
  /** Whoever calls factories for it. */
  senderCreator: Address;
}
