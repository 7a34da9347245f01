/** Addresses of the mnemonic everyone knows. */
import type { Address } from "viem";
import { mnemonicToAccount } from "viem/accounts";

export const developmentMnemonic = "test test test test test test test test test test test junk";

const known = new Map<number, Address>();

/** Path m/44'/60'/0'/0/index, as Hardhat and anvil derive their accounts. */
export function developmentAddress(index: number): Address {
  let address = known.get(index);
  if (address === undefined) {
    address = mnemonicToAccount(developmentMnemonic, { addressIndex: index }).address;
    known.set(index, address);
  }
  return address;
}
