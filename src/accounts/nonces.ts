/** Nonce keys: 20 bytes of the validator that judges the operation, 0 for the owner, then 4 bytes that are free. */
import { type Address, type Client, maxUint32, type NonceManager } from "viem";
import { readContract } from "viem/actions";
import { PortcullisError } from "../errors.ts";
import { type EntryPointVersion, entryPoints } from "./entryPoints.ts";

/**
 * The next nonce under a key.
 *
 * @throws PortcullisError ACCOUNT_NONCE_KEY_TOO_LARGE for a key that would name a validator
 */
export async function readNonce(
  client: Client,
  version: EntryPointVersion,
  account: Address,
  { validator, key }: { validator?: Address; key: bigint },
): Promise<bigint> {
  if (key < 0n || key > BigInt(maxUint32))
    throw new PortcullisError("ACCOUNT_NONCE_KEY_TOO_LARGE", `Nonce key ${key} does not fit in 4 bytes`, {
      hint: "pass a key from 0 to 4294967295: the 20 bytes above it name the validator",
      details: { key: key.toString() },
    });
  const { address, abi } = entryPoints[version];
  return readContract(client, {
    address,
    abi,
    functionName: "getNonce",
    args: [account, (BigInt(validator ?? 0) << 32n) | key],
  });
}

/** The key of operations that name none. viem's own would be the time, which here would name a validator. */
export const defaultNonceKey = (key: () => number): NonceManager => ({
  consume: async () => key(),
  get: async () => key(),
  increment: () => {},
  reset: () => {},
});
