/** Names for addresses: from the policy, the manifest and the compiled artifacts. Pure data, passed in everywhere. */
import type { Abi, Address } from "viem";

export interface NamedContract {
  name: string;
  address: Address;
  /** Of the implementation, where the address is a proxy. Absent for keys. */
  abi?: Abi;
  /** Contract name in the artifacts. */
  artifact?: string;
}

export interface AddressBook {
  chainId: number;
  entries: readonly NamedContract[];
}
